"""What a bank asks to read of an enterprise, on the wire."""

from __future__ import annotations

from api.schemas.bom_members import Strict
from api.schemas.cases import Identifier
from labels.ratings.consent import ConsentPurpose


class ReadingIn(Strict):
    """The rating of one enterprise, for one purpose it has consented to."""

    enterprise_id: Identifier
    purpose: ConsentPurpose
