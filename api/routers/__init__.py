"""The JSON API, one module per resource: parse, call the workflow, answer."""

from fastapi import APIRouter

from api.routers import (
    accounts,
    administration,
    bom_files,
    cases,
    dataset_reviews,
    documents,
    footprints,
    inventory,
    inventory_imports,
    jobs,
    labels,
    matches,
    portfolio,
    public_register,
    ratings,
    recognition,
    releases,
    study_flows,
    study_reports,
    user_accounts,
)


def all_routers() -> tuple[APIRouter, ...]:
    """Every router of the API; the public ones need no key."""
    return (
        footprints.routes,
        study_flows.routes,
        study_reports.routes,
        bom_files.routes,
        bom_files.public,
        cases.routes,
        documents.routes,
        labels.routes,
        labels.public,
        accounts.routes,
        administration.routes,
        administration.public,
        user_accounts.routes,
        ratings.routes,
        recognition.routes,
        recognition.public,
        matches.routes,  # before /v1/datasets/{dataset_id}
        inventory.public,
        dataset_reviews.routes,
        dataset_reviews.public,
        inventory_imports.routes,
        releases.public,
        releases.routes,
        jobs.routes,
        portfolio.routes,
        public_register.public,
    )
