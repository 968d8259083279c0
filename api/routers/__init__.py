"""The JSON API, one module per resource: parse, call the workflow, answer."""

from fastapi import APIRouter

from api.routers import (
    accounts,
    administration,
    bom_files,
    cases,
    documents,
    footprints,
    inventory,
    jobs,
    labels,
    public_register,
    ratings,
    recognition,
    releases,
    user_accounts,
)


def all_routers() -> tuple[APIRouter, ...]:
    """Every router of the API; the public ones need no key."""
    return (
        footprints.routes,
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
        inventory.public,
        releases.public,
        releases.routes,
        jobs.routes,
        public_register.public,
    )
