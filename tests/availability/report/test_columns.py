"""Tables for a terminal share its width."""

from __future__ import annotations

import pytest

from availability.report.columns import Table


def table(*rows: tuple[str, str]) -> Table:
    made = Table("Title", "Model", "Served in", whole=("Model",))
    for row in rows:
        made.add_row(*row)
    return made


def test_a_table_that_fits_is_as_wide_as_its_texts():
    assert table(("a-1", "eu, us"), ("b", "eu")).lines(80) == [
        "Title",
        "",
        " Model  Served in ",
        " ────────────────",
        " a-1    eu, us    ",
        " b      eu        ",
    ]


def test_a_long_text_goes_on_below_and_ids_stay_whole():
    lines = table(("gemini-2.5-flash-image", "eu, us, global, asia")).lines(36)
    assert lines[4:] == [
        " gemini-2.5-flash-image  eu, us,    ",
        "                         global,    ",
    ] + ["                         asia       "]


def test_an_id_that_leaves_no_room_is_broken_at_a_hyphen():
    lines = table(("gemini-live-2.5-flash-native-audio", "northamerica-northeast1")).lines(50)
    assert [line.split() for line in lines[4:]] == [
        ["gemini-live-2.5-flash-", "northamerica-northeast1"],
        ["native-audio"],
    ]
    assert max(map(len, lines)) <= 50


def test_wide_letters_take_two_columns():
    [wide, narrow] = table(("東京", "a"), ("abcd", "b")).lines(80)[4:]
    assert wide == " 東京   a         "
    assert narrow == " abcd   b         "


def test_what_a_cell_says_is_no_code_to_a_terminal():
    lines = table(("a\x1b[31m", "b\nc")).lines(80)
    assert "\x1b" not in "".join(lines)
    assert [line.split()[-1] for line in lines[4:]] == ["b", "c"]


@pytest.mark.parametrize("width", [1, 12, 30])
def test_a_terminal_that_is_too_narrow_gets_the_narrowest_table(width: int):
    shown = table(("gemini-live-2.5-flash-native-audio", "northamerica-northeast1")).lines(width)
    assert max(map(len, shown)) == 20 + 23 + 4
    assert not table(("a", "northamerica-northeast1")).fits(width)
