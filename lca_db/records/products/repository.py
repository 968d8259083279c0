"""Products: seen by their own organisation, and by the bodies of a case on one of their studies."""

from __future__ import annotations

from sqlalchemy import ColumnElement, exists, select, update
from sqlmodel import col

from lca_db.records.certification.tables import CaseRow
from lca_db.records.products.tables import ProductRow
from lca_db.records.products.values import Product
from lca_db.records.studies.tables import StudyRow
from lca_db.repository import Page, Repository


class ProductRepository(Repository):
    """Reads, adds and describes products."""

    def add(self, product: Product) -> None:
        """A new product of the organisation.

        Raises:
            Conflict: ``conflict`` when the organisation has a product of that model.
            StorageError: ``scope-violated``.
        """
        self._admit(product.organisation_id, is_test=product.is_test)
        self._insert(
            ProductRow(
                id=product.id,
                organisation_id=product.organisation_id,
                names=dict(product.names),
                model=product.model,
                category=product.category,
                gtin=product.gtin,
                is_test=product.is_test,
                created_at=product.created_at,
            )
        )

    def lock(self, product_id: str) -> None:
        """Holds the product until the commit; whoever adds a study or a case holds it first.

        Raises:
            NotFound: The organisation has no such product.
        """
        held = select(ProductRow).where(
            col(ProductRow.id) == product_id,
            self._of_mode(ProductRow.is_test),
            self._owned(ProductRow.organisation_id),
        )
        self._one(held.with_for_update(), "product")

    def describe(self, product: Product) -> None:
        """What the newest bill says of the product: names, category, GTIN.

        Raises:
            Conflict: ``conflict`` when there is no such product of the organisation.
        """
        statement = update(ProductRow).where(
            col(ProductRow.id) == product.id,
            self._of_mode(ProductRow.is_test),
            self._owned(ProductRow.organisation_id),
        )
        described = {
            "names": dict(product.names),
            "category": product.category,
            "gtin": product.gtin,
        }
        self._change_or_conflict(statement.values(**described), "product")

    def get(self, product_id: str) -> Product:
        """The product of that id, or :class:`NotFound`."""
        row = self._one(
            select(ProductRow).where(
                col(ProductRow.id) == product_id,
                self._of_mode(ProductRow.is_test),
                self._owned(ProductRow.organisation_id) | self._examined(),
            ),
            "product",
        )
        return _product(row)

    def find_by_model(self, model: str, *, is_held: bool = False) -> Product | None:
        """The organisation's own product of that model.

        Args:
            model: Its model.
            is_held: Hold it until the commit, as :meth:`lock` does.
        """
        found = select(ProductRow).where(
            col(ProductRow.model) == model,
            self._of_mode(ProductRow.is_test),
            self._owned(ProductRow.organisation_id),
        )
        row = self._first(found.with_for_update() if is_held else found)
        return None if row is None else _product(row)

    def list_(self, *, after: str | None = None, limit: int = 50) -> Page[Product]:
        """The organisation's own products."""
        statement = select(ProductRow).where(
            self._of_mode(ProductRow.is_test), self._owned(ProductRow.organisation_id)
        )
        return self._page(statement, ProductRow.id, after=after, limit=limit).map(_product)

    def _examined(self) -> ColumnElement[bool]:
        """The condition that the scope's body has a case on a study of the product."""
        return (
            exists()
            .where(
                col(StudyRow.product_id) == col(ProductRow.id),
                col(CaseRow.study_id) == col(StudyRow.id),
                self._owned(CaseRow.verification_body_id, CaseRow.certification_body_id),
            )
            .correlate(ProductRow)
        )


def _product(row: ProductRow) -> Product:
    return Product(
        id=row.id,
        organisation_id=row.organisation_id,
        names=dict(row.names),
        model=row.model,
        category=row.category,
        created_at=row.created_at,
        gtin=row.gtin,
        is_test=row.is_test,
    )
