"""Pages of our own in the forms that Google's have, and what a reader has to find on them.

A card is described once and written in four forms, so that a test can ask the same of each.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from availability.ingest.page_files import PageFile

ROOT = "https://docs.cloud.google.com/gemini-enterprise-agent-platform/"
DAY = dt.date(2026, 9, 1)
FORMS = ("bullets", "html-in-markdown", "md.txt", "html")


def page(path: str, text: str, day: dt.date = DAY) -> PageFile:
    """A page of the documentation, as it would be stored."""
    return PageFile(path, ROOT + path, text.encode(), path, day)


@dataclass(frozen=True)
class OwnModel:
    """What a card has about one model."""

    heading: str
    id: str
    stage: str = "GA"
    released: str = "May 19, 2026"
    retires: str = "May 19, 2027 or later"
    availability: tuple[tuple[str, tuple[str, ...]], ...] = (
        ("Global", ("global",)),
        ("Multi-region", ("us", "eu")),
        ("Europe", ("europe-west3", "europe-west9")),
    )
    processing: tuple[tuple[str, tuple[str, ...]], ...] = (
        ("Multi-region", ("us", "eu")),
        ("Europe", ("europe-west3",)),
    )
    throughput: tuple[tuple[str, tuple[str, ...]], ...] = (("Global", ("global",)),)
    offered: tuple[tuple[str, str], ...] = (
        ("Thinking", ""),
        ("Context caching", "Implicit context caching, explicit context caching"),
        ("Function calling", ""),
    )
    denied: tuple[tuple[str, str], ...] = (("Gemini Live API", ""), ("Tuning", ""))
    options: tuple[tuple[str, str], ...] = (("Pay-as-you-go", "Standard PayGo, Flex PayGo"),)
    no_options: tuple[tuple[str, str], ...] = (("Fixed quota", ""),)


@dataclass(frozen=True)
class OwnCard:
    """A card with its models."""

    title: str = "Gemini 9.1 Flash"
    path: str = "models/gemini/9-1-flash"
    models: tuple[OwnModel, ...] = field(
        default_factory=lambda: (OwnModel("9.1 Flash", "gemini-9.1-flash"),)
    )


Lists = tuple[tuple[str, tuple[str, ...]], ...]


def write_card(card: OwnCard, form: str) -> str:
    """The card in one of `FORMS`."""
    match form:
        case "bullets":
            return _front(card) + "\n".join(_bullets(model) for model in card.models)
        case "html-in-markdown":
            tables = (f"## {model.heading}\n\n{_table(model)}\n" for model in card.models)
            return _front(card) + "\n".join(tables)
        case "md.txt":
            tables = (f"## {model.heading}\n\n{_pipes(model)}\n" for model in card.models)
            return f"# {card.title}\n\nOur words about it.\n\n" + "\n".join(tables)
        case "html":
            body = "".join(f"<h2>{model.heading}</h2>\n{_table(model)}\n" for model in card.models)
            return (
                f"<!doctype html>\n<html><head><title>{card.title} | Docs</title></head>\n<body>"
                "<nav><a href='/x'>Model ID</a></nav>\n"
                f"<article class='devsite-article-body'><h1>{card.title}</h1>\n{body}</article>\n"
                "</body></html>\n"
            )
        case _:
            raise ValueError(form)


def _front(card: OwnCard) -> str:
    return f"---\nuri: {ROOT}{card.path}\ntitle: {card.title}\n---\n\nOur words about it.\n\n"


def _verdicts(yes: tuple[tuple[str, str], ...], no: tuple[tuple[str, str], ...]) -> list[list[str]]:
    return [
        [name, *([kinds] if kinds else []), verdict]
        for pairs, verdict in ((yes, "Supported"), (no, "Not supported"))
        for name, kinds in pairs
    ]


def _codes(words: tuple[str, ...]) -> str:
    return " , ".join(f"`{word}`" for word in words)


def _bullets(model: OwnModel) -> str:
    def items(lines: list[list[str]]) -> str:
        return "\n".join("  - " + "  \n    ".join(parts) for parts in lines)

    def places(lists: Lists) -> str:
        return "\n".join(f"  - {label}: {_codes(words)}" for label, words in lists)

    return f"""## {model.heading}

Model ID

`{model.id}`

Capabilities

{items(_verdicts(model.offered, model.denied))}

Consumption options

{items(_verdicts(model.options, model.no_options))}

Supported regions

**Model availability**

{places(model.availability)}

**ML processing**

{places(model.processing)}

**Provisioned Throughput**

{places(model.throughput)}

Versions

`{model.id}`

  - Launch stage: {model.stage}
  - Release date: {model.released}
  - Retirement date: {model.retires}

Security controls

**Online prediction**

  - Data residency
  - CMEK
"""


def _table(model: OwnModel) -> str:
    def items(lines: list[list[str]]) -> str:
        return (
            "<ul>\n" + "\n".join(f"<li>{'<br />'.join(parts)}</li>" for parts in lines) + "\n</ul>"
        )

    def places(lists: Lists) -> str:
        return items(
            [
                [f"{label}: " + " , ".join(f"<code>{word}</code>" for word in words)]
                for label, words in lists
            ]
        )

    rows = [
        ("Model ID", f"<code>{model.id}</code>"),
        ("Capabilities", items(_verdicts(model.offered, model.denied))),
        ("Consumption options", items(_verdicts(model.options, model.no_options))),
        (
            "Supported regions",
            f"<p><strong>Model availability</strong></p></th>\n<th>{places(model.availability)}",
        ),
        ("<p><strong>ML processing</strong></p>", places(model.processing)),
        ("<p><strong>Provisioned Throughput</strong></p>", places(model.throughput)),
        (
            "Versions",
            (
                f"<ul>\n<li><code>{model.id}</code>\n<ul>\n<li>Launch stage: {model.stage}</li>\n"
                f"<li>Release date: {model.released}</li>\n"
                f"<li>Retirement date <sup>†</sup> : {model.retires}</li>\n</ul></li>\n</ul>"
            ),
        ),
    ]
    cells = "\n".join(f"<tr>\n<th>{label}</th>\n<th>{cell}</th>\n</tr>" for label, cell in rows)
    return f"<table>\n<tbody>\n{cells}\n</tbody>\n</table>"


def _pipes(model: OwnModel) -> str:
    def items(lines: list[list[str]]) -> str:
        return " ".join(f"- {' '.join(parts)}" for parts in lines)

    def linked(lines: list[list[str]]) -> str:
        return items([[f"[{name}](https://x.example/a)", *rest] for name, *rest in lines])

    def places(lists: Lists) -> str:
        return items([[f"{label}: {_codes(words)}"] for label, words in lists])

    versions = [
        [f"`{model.id}`"],
        [f"Launch stage: {model.stage}"],
        [f"Release date: {model.released}"],
        [f"Retirement date: {model.retires}"],
    ]
    return f"""| Model ID | `{model.id}` ||
|---|---|---|
| Capabilities | {linked(_verdicts(model.offered, model.denied))} ||
| Consumption options | {linked(_verdicts(model.options, model.no_options))} ||
| Supported regions | **Model availability** | {places(model.availability)} |
| Supported regions | **ML processing** | {places(model.processing)} |
| Supported regions | **Provisioned Throughput** | {places(model.throughput)} |
| Versions | {items(versions)} ||
"""


# The page "Data residency"


RESIDENCY_MODELS = (
    ("Gemini 9.1 Flash, 128k", "gemini-9.1-flash"),
    ("Gemini 9.1 Pro", "gemini-9.1-pro"),
    ("Tuning for Gemini 9.1 Pro", "gemini-9.1-pro"),
)
RESIDENCY_AREAS = (
    "US multi-region",
    "EU multi-region",
    "Germany (europe-west3)",
    "Japan (asia-northeast1)",
)
RESIDENCY_TICKS = ((1, 1, 1, 0), (1, 0, 0, 1), (1, 1, 0, 0))


def write_residency(
    form: str,
    *,
    areas: tuple[str, ...] = RESIDENCY_AREAS,
    ticks: tuple[tuple[int, ...], ...] = RESIDENCY_TICKS,
    models: tuple[tuple[str, str], ...] = RESIDENCY_MODELS,
) -> str:
    """The page in one of `FORMS`; bullets have no table of their own, and get Markdown's."""
    if form in ("bullets", "md.txt"):
        yes = "✔" if form == "bullets" else "Yes"
        lines = [
            "| Model | " + " | ".join(areas) + " |",
            "|---" * (len(areas) + (form == "bullets")) + "|",
        ]
        for (name, model), row in zip(models, ticks, strict=True):
            marks = " | ".join(yes if tick else " " for tick in row)
            lines.append(f"| {name} (`{model}`) | {marks} |")
        body = "\n".join(lines)
        return f"---\ntitle: Data residency\n---\n\n## Google models\n\n{body}\n\nThe end.\n"
    yes = '<span class="compare-yes"></span>' if form == "html" else "Yes"
    header = "".join(f"<th>{area.replace(' (', '<br>(')}</th>" for area in ("Model", *areas))
    rows = "".join(
        f"<tr><td>{name}<br />( <code>{model}</code> )</td>"
        + "".join(f"<td>{yes if tick else ''}</td>" for tick in row)
        + "</tr>\n"
        for (name, model), row in zip(models, ticks, strict=True)
    )
    table = f"<table>\n<tr>{header}</tr>\n{rows}</table>\n"
    if form == "html":
        head = "<h1>Data residency</h1><h2>Google models</h2>"
        return f"<!doctype html><html><body>{head}{table}</body></html>\n"
    return f"---\ntitle: Data residency\n---\n\n## Google models\n\n{table}\nThe end.\n"
