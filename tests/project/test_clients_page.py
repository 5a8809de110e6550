"""`docs/clients.md` says what the code's tables say; `make clients` adds what it saw."""

from __future__ import annotations

import re

from availability.placement.clients import CLIENTS
from tests.clients.calls import CALLS
from tests.clients.page import (
    PAGE,
    clients_table,
    litellm_table,
    part,
    seen_in,
    variables_table,
    with_part,
)
from tests.paths import ROOT

TEXT = PAGE.read_text(encoding="utf-8")


def test_the_table_of_variables_is_that_of_the_code():
    assert part("variables", TEXT) == variables_table()


def test_the_table_of_clients_is_that_of_the_code_with_what_the_run_saw():
    table = part("clients", TEXT)
    seen = seen_in(table)
    assert [*seen] == [client.name for client in CLIENTS]
    assert table == clients_table(seen)


def test_every_client_has_its_version_and_what_it_was_judged_by():
    for seen in seen_in(part("clients", TEXT)).values():
        assert re.fullmatch(r"\d+(\.\d+)+", seen.version)
        assert re.match(r"called: \w|read from its files", seen.judged)


def test_the_pairs_that_litellm_calls_elsewhere_are_those_of_the_code():
    assert part("litellm", TEXT) == litellm_table()


def test_the_page_names_the_day_of_the_run():
    assert re.fullmatch(r"The clients were run on \d{4}-\d\d-\d\d\.\n", part("day", TEXT))


def test_a_part_is_replaced_and_the_rest_stays():
    changed = with_part("day", TEXT, "Never.\n")
    assert part("day", changed) == "Never.\n"
    assert with_part("day", changed, part("day", TEXT)) == TEXT


def test_every_client_is_run():
    assert [*CALLS] == [client.name for client in CLIENTS]
    for client in CLIENTS:
        packages = [name.partition("[")[0] for name in CALLS[client.name].packages]
        assert packages[0] == client.package


def test_every_argument_has_its_place_in_the_call():
    for client in CLIENTS:
        if client.arguments:
            assert "ARGUMENT" in CALLS[client.name].text


def test_the_readme_leads_to_the_page():
    assert "(docs/clients.md)" in (ROOT / "README.md").read_text(encoding="utf-8")
