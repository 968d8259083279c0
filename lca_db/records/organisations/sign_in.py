"""What people and programs sign in with: sessions, API keys, one-time links, counted attempts.

Secrets are stored as SHA-256 only, so that a stolen copy of the database opens nothing.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlmodel import col

from lca_db.errors import NotFound
from lca_db.records.organisations.tables import (
    AccountRow,
    ApiKeyRow,
    InvitationRow,
    SessionRow,
    SignInAttemptRow,
)
from lca_db.records.organisations.values import (
    ApiKey,
    Invitation,
    InvitationPurpose,
    SignInSession,
    role_names,
    roles_of,
)
from lca_db.repository import Repository


class SignInRepository(Repository):
    """Reads and writes sessions, keys, one-time links and attempts."""

    def add_session(self, session: SignInSession) -> None:
        """A person has signed in."""
        self._insert(
            SessionRow(
                token_sha256=session.token_sha256,
                account_id=session.account_id,
                created_at=session.created_at,
                last_seen_at=session.last_seen_at,
                expires_at=session.expires_at,
                revoked_at=session.revoked_at,
            )
        )

    def find_session(self, token_sha256: str) -> SignInSession | None:
        """The session of a token, ended ones included."""
        row = self._first(select(SessionRow).where(col(SessionRow.token_sha256) == token_sha256))
        if row is None:
            return None
        return SignInSession(
            token_sha256=row.token_sha256,
            account_id=row.account_id,
            created_at=row.created_at,
            last_seen_at=row.last_seen_at,
            expires_at=row.expires_at,
            revoked_at=row.revoked_at,
        )

    def touch_session(self, token_sha256: str, at: datetime) -> None:
        """The session was used; time never runs back."""
        self._change(
            update(SessionRow)
            .where(col(SessionRow.token_sha256) == token_sha256, col(SessionRow.last_seen_at) < at)
            .values(last_seen_at=at)
        )

    def end_session(self, token_sha256: str, at: datetime) -> None:
        """Signed out; an ended session stays ended at its first time."""
        self._change(
            update(SessionRow)
            .where(
                col(SessionRow.token_sha256) == token_sha256,
                col(SessionRow.revoked_at).is_(None),
            )
            .values(revoked_at=at)
        )

    def end_sessions_of(self, account_id: str, at: datetime) -> None:
        """Signed out everywhere: new password, disabled account."""
        self._session.execute(
            update(SessionRow)
            .where(col(SessionRow.account_id) == account_id, col(SessionRow.revoked_at).is_(None))
            .values(revoked_at=at)
            .execution_options(synchronize_session=False)
        )

    def add_api_key(self, key: ApiKey) -> None:
        """A new key of a program."""
        self._insert(
            ApiKeyRow(
                id=key.id,
                key_sha256=key.key_sha256,
                prefix=key.prefix,
                account_id=key.account_id,
                label=key.label,
                roles=role_names(key.roles),
                is_test=key.is_test,
                created_at=key.created_at,
                last_used_at=key.last_used_at,
            )
        )

    def find_api_key(self, key_sha256: str) -> ApiKey | None:
        """The key, None when nobody has it or it was revoked."""
        row = self._first(
            select(ApiKeyRow).where(
                col(ApiKeyRow.key_sha256) == key_sha256, col(ApiKeyRow.revoked_at).is_(None)
            )
        )
        return None if row is None else _api_key(row)

    def list_api_keys(self, account_id: str) -> tuple[ApiKey, ...]:
        """All keys of an account within the scope, revoked ones included, newest first."""
        rows = self._all(
            select(ApiKeyRow)
            .join(AccountRow, col(AccountRow.id) == col(ApiKeyRow.account_id))
            .where(col(ApiKeyRow.account_id) == account_id, self._owned(AccountRow.organisation_id))
            .order_by(col(ApiKeyRow.id).desc())
        )
        return tuple(_api_key(row) for row in rows)

    def touch_api_key(self, key_id: str, at: datetime) -> None:
        """The key was used; time never runs back."""
        used = col(ApiKeyRow.last_used_at)
        self._change(
            update(ApiKeyRow)
            .where(col(ApiKeyRow.id) == key_id, used.is_(None) | (used < at))
            .values(last_used_at=at)
        )

    def revoke_api_keys_of(self, account_id: str, at: datetime) -> None:
        """None of the account's keys opens anything any more."""
        self._session.execute(
            update(ApiKeyRow)
            .where(col(ApiKeyRow.account_id) == account_id, col(ApiKeyRow.revoked_at).is_(None))
            .values(revoked_at=at)
            .execution_options(synchronize_session=False)
        )

    def revoke_api_key(self, account_id: str, key_id: str, at: datetime) -> None:
        """The account's key opens nothing any more, or :class:`NotFound`."""
        owned = select(col(AccountRow.id)).where(self._owned(AccountRow.organisation_id))
        statement = update(ApiKeyRow).where(
            col(ApiKeyRow.id) == key_id,
            col(ApiKeyRow.account_id) == account_id,
            col(ApiKeyRow.revoked_at).is_(None),
            col(ApiKeyRow.account_id).in_(owned),
        )
        if not self._change(statement.values(revoked_at=at)):
            raise NotFound(kind="api-key")

    def add_invitation(self, invitation: Invitation) -> None:
        """A new one-time link."""
        self._insert(
            InvitationRow(
                token_sha256=invitation.token_sha256,
                purpose=invitation.purpose.value,
                organisation_id=invitation.organisation_id,
                account_id=invitation.account_id,
                identity_hash=invitation.identity_hash,
                roles=role_names(invitation.roles),
                created_at=invitation.created_at,
                expires_at=invitation.expires_at,
            )
        )

    def end_invitations(self, organisation_id: str, at: datetime) -> None:
        """No open link of an organisation can be used any more."""
        open_links = update(InvitationRow).where(
            col(InvitationRow.organisation_id) == organisation_id,
            col(InvitationRow.used_at).is_(None),
            col(InvitationRow.expires_at) > at,
        )
        statement = open_links.values(expires_at=at)
        self._session.execute(statement.execution_options(synchronize_session=False))

    def find_invitation(self, token_sha256: str) -> Invitation | None:
        """The link of a token, used and expired ones included."""
        row = self._first(
            select(InvitationRow).where(col(InvitationRow.token_sha256) == token_sha256)
        )
        return None if row is None else _invitation(row)

    def get_open_invitation(self, token_sha256: str, at: datetime) -> Invitation:
        """The link of a token while it can be used, or :class:`NotFound`."""
        found = self.find_invitation(token_sha256)
        if found is None or found.used_at is not None or found.expires_at <= at:
            raise NotFound(kind="invitation")
        return found

    def use_invitation(self, token_sha256: str, at: datetime) -> Invitation:
        """Uses the link up; of two callers at once one succeeds.

        Raises:
            NotFound: Nobody has it, it was used, or it has expired.
        """
        statement = update(InvitationRow).where(
            col(InvitationRow.token_sha256) == token_sha256,
            col(InvitationRow.used_at).is_(None),
            col(InvitationRow.expires_at) > at,
        )
        if not self._change(statement.values(used_at=at)):
            raise NotFound(kind="invitation")
        found = self.find_invitation(token_sha256)
        if found is None:
            raise NotFound(kind="invitation")
        return found

    def add_attempt(self, key: str, window_started_at: datetime) -> int:
        """Counts one attempt more in a window; gives the count with it."""
        self._upsert(
            SignInAttemptRow,
            ("key", "window_started_at"),
            {"key": key, "window_started_at": window_started_at, "count": 1},
            changed={"count": col(SignInAttemptRow.count) + 1},
        )
        return self.count_attempts(key, window_started_at)

    def count_attempts(self, key: str, window_started_at: datetime) -> int:
        """How many attempts a window has seen."""
        statement = select(func.sum(SignInAttemptRow.count)).where(
            col(SignInAttemptRow.key) == key,
            col(SignInAttemptRow.window_started_at) == window_started_at,
        )
        return int(self._session.execute(statement).scalar_one() or 0)

    def take_back_attempt(self, key: str, window_started_at: datetime) -> None:
        """One attempt less: that one succeeded; the others of the window stay counted."""
        window = (
            col(SignInAttemptRow.key) == key,
            col(SignInAttemptRow.window_started_at) == window_started_at,
        )
        one_less = update(SignInAttemptRow).where(*window, col(SignInAttemptRow.count) > 1)
        if not self._change(one_less.values(count=col(SignInAttemptRow.count) - 1)):
            self._session.execute(
                delete(SignInAttemptRow).where(*window, col(SignInAttemptRow.count) == 1)
            )

    def prune_attempts(self, before: datetime) -> None:
        """Forgets windows that began before that time: nothing is counted in them any more."""
        self._session.execute(
            delete(SignInAttemptRow).where(col(SignInAttemptRow.window_started_at) < before)
        )

    def forget_attempts(self, key: str) -> None:
        """A sign-in succeeded: its key starts again."""
        self._session.execute(delete(SignInAttemptRow).where(col(SignInAttemptRow.key) == key))


def _api_key(row: ApiKeyRow) -> ApiKey:
    return ApiKey(
        id=row.id,
        key_sha256=row.key_sha256,
        prefix=row.prefix,
        account_id=row.account_id,
        label=row.label,
        roles=roles_of(row.roles),
        created_at=row.created_at,
        is_test=row.is_test,
        last_used_at=row.last_used_at,
        revoked_at=row.revoked_at,
    )


def _invitation(row: InvitationRow) -> Invitation:
    return Invitation(
        token_sha256=row.token_sha256,
        purpose=InvitationPurpose(row.purpose),
        created_at=row.created_at,
        expires_at=row.expires_at,
        organisation_id=row.organisation_id,
        account_id=row.account_id,
        identity_hash=row.identity_hash,
        roles=roles_of(row.roles),
        used_at=row.used_at,
    )
