"""Prints a dataset with all that its page shows, in the words of the page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import typer

from api.commands.language import Language
from api.i18n import sentence
from api.inventory_views import (
    DatasetPage,
    EmissionView,
    InputView,
    SupplyChain,
    VersionView,
)
from api.schemas.inventory import figure, optional_figure
from footprint.supply_chain import SupplyNode
from labels.locale import Translator, translator


def print_dataset(view: DatasetPage, language: Language) -> None:
    """What it is, its result, exchanges, sources, quality, findings and comparisons."""
    reader = translator(language)
    for line in (
        *_facts(view, reader),
        *_gases(view, reader),
        *_exchanges(view, reader),
        *_sources(view, reader),
        *_quality(view, reader, language),
    ):
        typer.echo(line)


def print_tree(chain: SupplyChain, language: Language) -> None:
    """The supply chain, a product a line, indented by its level."""
    reader = translator(language)
    typer.echo(reader.text("datasets.supply_chain") + ":")
    for line in _branch(chain.root, chain, reader, 1):
        typer.echo(line)


def print_versions(versions: Sequence[VersionView], language: Language) -> None:
    """The dataset in every release, newest first."""
    reader = translator(language)
    typer.echo(reader.text("datasets.versions") + ":")
    for version in versions:
        members = f" ({', '.join(version.members)})" if version.members else ""
        total = optional_figure(version.kg_co2e) or "-"
        moved = "" if version.relative is None else f"\t{version.relative:+.4%}"
        typer.echo(
            f"  {version.release.id}\t{version.release.created_at:%Y-%m-%d}\t"
            f"{reader.text(f'version_state.{version.state}')}{members}\t"
            f"{total} kg CO2e/{version.unit or '-'}{moved}"
        )


def _facts(view: DatasetPage, reader: Translator) -> Iterator[str]:
    say, entry = reader.text, view.entry
    yield f"{entry.dataset_id}  {reader.local(entry.names)}"
    kind = say(f"dataset_kind.{entry.kind}")
    yield f"{say(f'review_status.{entry.review_status}')} · {kind}"
    yield f"{figure(view.found.total_kg_co2e)} kg CO2e/{entry.unit}"
    if view.draft_share > 0:
        yield f"{say('label.draft_share')}: {reader.percent(view.draft_share)}"
    codes = ", ".join(f"{system} {code}" for system, code in entry.code_pairs)
    confidence = view.confidence in {"a", "b", "c"}
    facts = (
        ("datasets.industry", say(f"industry.{entry.industry or 'unassigned'}")),
        ("datasets.location", reader.place(entry.location)),
        ("datasets.year", entry.year),
        ("datasets.technology", view.technology),
        ("datasets.reference", f"{view.reference_amount} {entry.unit}"),
        ("datasets.codes", codes),
        ("datasets.weakest", say(f"confidence.{view.confidence}") if confidence else ""),
        ("scan.method", reader.local(view.method_title)),
        ("datasets.version_release", view.release.id),
        ("datasets.synonyms", " · ".join(entry.synonyms)),
    )
    yield from (f"{say(key)}: {value}" for key, value in facts if value)
    yield say("datasets.names") + ":"
    yield from (f"  {tag}: {name}" for tag, name in entry.names.items())
    if view.proxy:
        yield say("datasets.proxy", what=view.proxy)
    if view.comment:
        yield view.comment


def _gases(view: DatasetPage, reader: Translator) -> Iterator[str]:
    yield reader.text("datasets.by_gas") + ":"
    for gas in view.gases:
        yield f"  {gas.key}\t{figure(gas.mass_kg)} kg\t{figure(gas.kg_co2e)} kg CO2e"


def _exchanges(view: DatasetPage, reader: Translator) -> Iterator[str]:
    say = reader.text
    yield say("datasets.inputs") + ":" if view.inputs else say("datasets.no_inputs")
    for item in view.inputs:
        credit = f"\t{say('datasets.credit')}" if item.is_credit else ""
        instead = f" ({say('datasets.stands_for', what=item.stands_for)})" * bool(item.stands_for)
        name = f"{reader.local(item.names)}{instead}"
        yield f"  {item.provider}\t{item.amount} {item.unit}\t{name}{credit}"
        yield from _behind(item, reader)
    yield say("datasets.emissions") + ":" if view.emissions else say("datasets.no_emissions")
    for each in view.emissions:
        notes = "".join(f" · {note}" for note in each.notes)
        yield f"  {each.substance}\t{each.amount_kg} kg\t{say(f'origin.{each.origin}')}{notes}"
        yield from _behind(each, reader)
    if view.co_products:
        yield say("datasets.co_products") + ":"
    for product in view.co_products:
        share = reader.percent(product["share"], 1)
        yield f"  {product['product']}\t{product['amount']} {product['unit']}\t{share}"
    if view.cut_offs:
        yield say("study.cut_offs") + ":"
    yield from (f"  {each['flow']}: {each['reason']}" for each in view.cut_offs)


def _behind(item: InputView | EmissionView, reader: Translator) -> Iterator[str]:
    """Where the figure was read, and how it was derived."""
    if item.sources:
        yield f"      {reader.text('datasets.sources')}: {', '.join(item.sources)}"
    if item.derivation:
        yield f"      {reader.text('datasets.derivation')}: {item.derivation}"
    if item.note:
        yield f"      {item.note}"


def _sources(view: DatasetPage, reader: Translator) -> Iterator[str]:
    if view.sources:
        yield reader.text("datasets.sources") + ":"
    for source in view.sources.values():
        read = f"{source.document}, {source.issuing_body}, {source.year}, {source.table_or_row}"
        confidence = reader.text(f"confidence.{source.confidence}")
        yield f"  {source.id}: {read} ({source.licence}; {confidence})"


def _quality(view: DatasetPage, reader: Translator, language: Language) -> Iterator[str]:
    say = reader.text
    if view.pedigree:
        scores = (f"{say(f'pedigree.{name}')} {score}" for name, score in view.pedigree.items())
        yield f"{say('datasets.pedigree')} ({say('datasets.pedigree_caption')}):"
        yield "  " + ", ".join(scores)
    yield say("datasets.findings") + ":" if view.findings else say("datasets.no_findings")
    for finding in view.findings:
        said = sentence(finding.code, language, finding.parameters)
        yield f"  {say(f'gate_severity.{finding.severity}')}: {said} [{finding.code}]"
        if finding.explanation:
            yield "      " + say("datasets.explained", reason=finding.explanation)
    if view.comparisons:
        yield say("datasets.comparisons") + ":"
    for each in view.comparisons:
        verdict = "not-comparable" if each.not_comparable else each.verdict
        yield f"  {each.what}\t{say(f'comparison.{verdict}')}\t{each.checked_on}"
        if reason := each.excuse or each.not_comparable:
            yield "      " + say("datasets.explained", reason=reason)


def _branch(node: SupplyNode, chain: SupplyChain, reader: Translator, level: int) -> Iterator[str]:
    say, whole, indent = reader.text, chain.root.kg_co2e, "  " * level
    maker = chain.makers[node.product]
    name = reader.local(chain.names[maker]) or maker
    if maker != node.product:
        name = say("datasets.tree_beside", product=node.product, name=name)
    credit = f"\t{say('datasets.credit')}" if node.is_credit else ""

    def told(kg_co2e: float) -> str:
        share = f"{kg_co2e / whole:.1%}" if whole else "-"
        return f"{figure(kg_co2e)} kg CO2e\t{share}"

    amount = f"{figure(node.amount)} {node.unit}"
    yield f"{indent}{node.product}\t{amount}\t{told(node.kg_co2e)}\t{name}{credit}"
    for child in node.children:
        yield from _branch(child, chain, reader, level + 1)
    if node.direct_kg_co2e != 0 and node.children:
        yield f"{indent}  {say('datasets.tree_own')}\t{told(node.direct_kg_co2e)}"
    if node.rest_count and node.rest_kg_co2e != 0:
        key = "datasets.tree_rest" if node.children else "datasets.tree_inputs"
        yield f"{indent}  {say(key, count=node.rest_count)}\t{told(node.rest_kg_co2e)}"
    if node.ending.value != "open":
        yield f"{indent}  {say(f'tree_ending.{node.ending.value}')}"
