"""Where a configuration is kept: inside of its residency, by one name, for any stack."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from availability.cloud.publication import Place, Store, Wanted, offered, place, places_of, warnings
from availability.input.errors import BadInput
from availability.places.geography import regions
from availability.places.residency import Residency

STORES = list(Store)
TERMS = ["any", "eu", "eea", "us", "europe", "de", "jp", "fi", "gb", "europe-west4", "asia-pacific"]


def where(store: Store, location: str, residency: str, near: str | None = None) -> Place | None:
    return place(store, location, Residency.parse(residency), near)


@pytest.mark.parametrize("store", STORES)
def test_the_known_regions_are_regions(store: Store):
    assert set(offered(store)) <= set(regions())
    assert True in offered(store).values()


def test_a_deployments_own_region_keeps_its_configuration():
    assert where(Store.SECRETS, "europe-west4", "eu", "europe-west1") == Place("europe-west4", True)


def test_the_nearest_known_region_keeps_what_the_own_one_does_not():
    assert where(Store.PARAMETERS, "asia-southeast1", "asia-pacific") == Place("asia-east2", True)


def test_the_nearest_region_to_the_callers_keeps_what_is_placed_wider():
    assert where(Store.SECRETS, "eu", "eu", "europe-west9") == Place("europe-west9", True)
    assert where(Store.SECRETS, "global", "any", "us-central1") == Place("us-central1", True)


def test_callers_outside_of_the_area_move_nothing_out_of_it():
    assert where(Store.SECRETS, "eu", "eu", "europe-west2") == Place("europe-west1", True)
    assert where(Store.SECRETS, "eu", "eu") == Place("europe-west1", True)


def test_a_region_of_which_nothing_is_known_comes_last_and_is_called_so():
    found = where(Store.SECRETS, "europe-north1", "fi")
    assert found == Place("europe-north1", False)
    assert found
    [warning] = warnings(Store.SECRETS, {"chat": found})
    assert "europe-north1" in warning.text
    assert warnings(Store.SECRETS, {"chat": Place("europe-west4", True)}) == ()


def test_an_area_whose_only_region_has_no_store_is_refused_with_what_would_do():
    residency = Residency.parse("sg")
    wanted = [Wanted("chat", "asia-southeast1", residency)]
    with pytest.raises(BadInput) as raised:
        places_of(Store.PARAMETERS, wanted, "dev")
    [problem] = raised.value.problems
    assert problem.path == "vertex-residency:publish"
    assert "chat" in problem.message
    assert "pulumi config set vertex-residency:publish secrets --stack dev" in problem.message
    assert places_of(Store.SECRETS, wanted, "dev")["chat"].region == "asia-southeast1"


@given(
    store=st.sampled_from(STORES),
    location=st.sampled_from(["global", "us", "eu", *sorted(regions())]),
    term=st.sampled_from(TERMS),
    excluding=st.none() | st.sampled_from(["de", "europe-west1", "us", "gb"]),
    near=st.none() | st.sampled_from(sorted(regions())),
)
def test_a_configuration_never_leaves_its_residency(
    store: Store, location: str, term: str, excluding: str | None, near: str | None
):
    written = {"within": term} | ({"excluding": excluding} if excluding else {})
    try:
        residency = Residency.parse(written)
    except BadInput:
        return
    found = place(store, location, residency, near)
    if found is not None:
        assert residency.holds(found.region)
        assert found.region in regions()
        assert offered(store).get(found.region, True)
        assert found == place(store, location, residency, near)
    else:
        assert not any(residency.holds(one) and offered(store).get(one, True) for one in regions())
