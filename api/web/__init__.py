"""The pages: server-rendered, without script, in four languages; one module per kind of work."""

from __future__ import annotations

from fastapi import APIRouter

from api.web import (
    account_pages,
    body_pages,
    case_pages,
    case_steps,
    dataset_pages,
    dataset_review_pages,
    import_pages,
    label_desk,
    label_pages,
    portfolio_pages,
    product_pages,
    rating_pages,
    recognition_pages,
    release_pages,
    report_pages,
    scenario_pages,
    set_up_pages,
    sign_in_pages,
    study_pages,
    upload_pages,
    user_account_pages,
)


def all_pages() -> tuple[APIRouter, ...]:
    """Every router of pages; upload stands before study, whose address would take it too."""
    return (
        label_pages.pages,
        sign_in_pages.pages,
        set_up_pages.pages,
        user_account_pages.pages,
        body_pages.pages,
        product_pages.pages,
        upload_pages.pages,
        study_pages.pages,
        scenario_pages.pages,
        report_pages.pages,
        case_pages.pages,
        case_steps.pages,
        label_desk.pages,
        recognition_pages.pages,
        account_pages.pages,
        rating_pages.pages,
        dataset_pages.pages,
        dataset_review_pages.pages,
        import_pages.pages,
        portfolio_pages.pages,
        release_pages.pages,
    )
