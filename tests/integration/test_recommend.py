"""A night's recommender: fitted on rentals and verified photos, judged, listed in blocks, and let serve."""

import shutil
from collections.abc import Iterator
from dataclasses import asdict
from datetime import timedelta

import numpy as np
import pytest

from tests.conftest import MINUTE, NOON
from tests.factories import make_golden, make_style
from tests.renting import LONG, SHORT, rent, stock, town
from truther import rack, tasks
from truther.config import config
from truther.flow import recommend
from truther.flow.recommend import fitting, gathering
from truther.models import ListBlock, RecommendationList, RecommenderRun, SimilarStyles, Style
from truther.night import words
from truther.shelf import index_file

pytestmark = [
    pytest.mark.django_db(databases=["default", "documents"]),
    pytest.mark.usefixtures("empty_rack"),
]


@pytest.fixture
def shop() -> None:
    stock()


def run(name: str = "2026-03-14", **options):
    return recommend.recommend(name, at=NOON, clock=lambda: NOON, **options)


def listed(customer: str, name: str = "2026-03-14") -> list[str]:
    found = RecommendationList.objects.of(name, customer)
    assert found is not None
    return [item[0] for item in found.items]


def test_without_a_rental_or_a_photo_there_is_nothing_to_learn(shop):
    with pytest.raises(recommend.NothingToLearn, match="import rentals first"):
        run()

    assert rack.champion() == ""


def test_too_few_rentals_serve_popularity_and_say_so(shop):
    for customer in ("dora", "eva"):
        rent(customer, "long-0", NOON - timedelta(days=3))
    rent("dora", "long-1", NOON - timedelta(days=2))

    found = run()

    assert (found.spec, found.replaced, rack.champion()) == (fitting.POPULAR, False, "2026-03-14")
    assert found.reasons[0] == "It is the first recommender."
    assert "too few to judge by" in found.reasons[1]
    assert listed("eva")[0] == "long-1"
    assert [sku for sku, _ in RecommenderRun.objects.get().popular[:2]] == ["long-0", "long-1"]


def test_a_town_with_tastes_gets_a_model_that_beats_popularity_and_explains_itself(shop):
    town(NOON)

    found = run()

    assert found.replaced
    assert found.spec != fitting.POPULAR
    assert (found.rentals, found.customers, found.lists) == (400, 80, 80)
    assert "takes over from popular" in found.reasons[1]
    for customer, liked in (("c001", LONG), ("c000", SHORT)):
        assert set(listed(customer)[:3]) <= set(liked)
    stored = RecommendationList.objects.of("2026-03-14", "c001")
    assert stored is not None
    sku, score, base, because = stored.items[0]
    assert stored.source == "model"
    assert {mine for mine, _ in because} <= set(LONG) - {sku}
    assert 0 < sum(amount for _, amount in because) + base <= score + 1e-5
    assert RecommenderRun.objects.get().role == "champion"
    assert len(SimilarStyles.objects.of("2026-03-14", "long-0")) > 3
    assert (rack.run_folder("2026-03-14") / "plots" / "roc.svg").is_file()
    assert words.sentences("recommend", asdict(found))[-1] == "80 lists are stored, over 16 styles."


@pytest.fixture
def pictures(empty_shelf) -> Iterator[None]:
    """DeepDress has looked at all long dresses, a new one among them, and at one short one."""
    from classifier.index.styles import StyleIndex

    make_style("long-new")
    models = config.data_dir / "models"
    models.mkdir(parents=True)
    (models / "champion").symlink_to("../runs/v9")
    index = StyleIndex("v9", np.zeros(8, np.float32))
    for number, sku in enumerate([*LONG, "long-new", "short-0"]):
        direction = np.eye(8, dtype=np.float32)[[int(sku.startswith("short"))]]
        direction[0, 7] = 0.1 * number
        index.add(sku, studio=direction / np.linalg.norm(direction))
    index.save(index_file("v9"))
    yield
    shutil.rmtree(models)


def test_what_deepdress_saw_lets_a_model_compete_that_knows_new_dresses(shop, pictures):
    town(NOON)

    looks = gathering.looks_of(["long-0", "long-new", "short-1"])
    run()

    assert looks is not None
    assert np.isnan(looks[2]).all()
    assert looks[0] @ looks[1] > 0.7
    judged = [model["spec"] for model in RecommenderRun.objects.get().metrics["models"]]
    assert judged == [*fitting.SPECS, *fitting.LOOKING]


def test_a_blend_of_looks_and_popularity_lets_a_new_dress_into_lists(shop, pictures, monkeypatch):
    town(NOON)
    monkeypatch.setattr(fitting, "SPECS", ())
    spec = fitting.LOOKING[1]
    monkeypatch.setattr(fitting, "LOOKING", ())
    fitting.fit("2026-03-14", gathering.gather(NOON), champion=spec)

    found = run()

    assert found.spec == spec
    assert listed("c001").index("long-new") < listed("c001").index("short-1")
    kept = RecommendationList.objects.of("2026-03-14", "c001")
    assert kept is not None
    assert kept.source == "model"


def test_a_champion_that_looks_gives_way_where_there_are_no_pictures(shop, pictures, monkeypatch):
    town(NOON)
    monkeypatch.setattr(fitting, "SPECS", ())
    history = gathering.gather(NOON)
    fitting.fit("2026-03-13", history, champion="visual")
    assert fitting.registered("2026-03-13", now=NOON).spec == "visual"
    recommend.recommend("2026-03-13", at=NOON, clock=lambda: NOON)
    assert "long-new" in listed("c001", "2026-03-13")
    assert "long-new" in [sku for sku, _ in SimilarStyles.objects.of("2026-03-13", "long-0")]
    index_file("v9").unlink()

    found = run()

    assert found.spec == fitting.POPULAR
    assert found.reasons[0] == "No picture is known, so the champion cannot look."


def test_a_worker_that_is_asked_for_help_makes_the_block(shop, monkeypatch):
    town(NOON)
    monkeypatch.setattr(fitting, "BLOCK_ROWS", 32)

    found = run(ask_for_help=lambda blocks: [tasks.make_lists(block_id) for block_id in blocks])

    assert found.lists == RecommendationList.objects.count() == 80
    assert ListBlock.objects.left("2026-03-14") == []


def test_retired_dresses_are_learnt_from_and_never_listed(shop):
    town(NOON)
    Style.objects.filter(pk="long-3").update(retired_on=NOON.date())

    run()

    rows = RecommendationList.objects.all()
    assert all("long-3" not in [item[0] for item in row.items] for row in rows)
    assert "long-3" not in [sku for sku, _ in SimilarStyles.objects.of("2026-03-14", "long-0")]


def test_a_verified_photo_is_an_interaction_unless_its_customer_refused(shop):
    make_golden("p1", style="long-0", owner="dora", rights="granted")
    make_golden("p2", style="long-1", owner="eva", rights="refused")
    make_golden("p3", style="long-1", owner="", rights="granted")
    make_golden("p4", style="", verdict="not_dress", owner="dora")
    make_golden("p5", style="long-2", owner="dora", settled_at=NOON + MINUTE)
    rent("dora", "long-0", NOON - timedelta(days=9))

    history = gathering.gather(NOON)

    assert history.pairs == {("dora", "long-0"): NOON - timedelta(days=9)}
    assert (history.rentals, history.likes) == (1, 1)


def test_a_night_that_was_killed_goes_on_with_the_blocks_that_are_left(shop, monkeypatch):
    town(NOON)
    monkeypatch.setattr(fitting, "BLOCK_ROWS", 32)
    asked: list[str] = []

    def killed() -> None:
        if RecommendationList.objects.count():
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(ask_for_help=asked.extend, still_ours=killed)
    assert asked == ["2026-03-14-000000032", "2026-03-14-000000064"]
    ListBlock.objects.filter(pk=asked[1]).update(done=False, taken_until=NOON)
    RecommendationList.objects.filter(customer="c079").delete()

    assert run().lists == 80
    assert RecommendationList.objects.count() == 80
    assert ListBlock.objects.left("2026-03-14") == []


def test_a_block_is_made_once(shop, monkeypatch):
    town(NOON)
    monkeypatch.setattr(fitting, "BLOCK_ROWS", 32)
    run()

    assert not recommend.make_block("2026-03-14-000000032", now=NOON)
    assert not recommend.make_block("nothing", now=NOON)


def test_the_same_run_again_changes_nothing(shop):
    town(NOON)
    first = run()
    make_style("new-one")

    assert run() == first
    assert len(rack.history()) == 1


def test_the_next_night_keeps_the_champion_without_a_surely_better_one(shop):
    town(NOON)
    first = run()

    second = recommend.recommend("2026-03-15", at=NOON + MINUTE, clock=lambda: NOON + MINUTE)

    assert (second.spec, second.replaced) == (first.spec, False)
    assert rack.champion() == "2026-03-15"
    assert RecommenderRun.objects.named("2026-03-14").role == "retired"
    assert [entry.run for entry in rack.history()] == ["2026-03-14", "2026-03-15"]


@pytest.mark.parametrize("spec", ["svd++:k=8", "ials:k=8,mood=3", "blend:parts=('ials','gone')", "ials:k=-1"])
def test_a_champion_that_this_version_cannot_fit_is_told_and_gives_way(shop, spec):
    town(NOON)
    run()
    RecommenderRun.objects.update(spec=spec)

    found = recommend.recommend("2026-03-15", at=NOON + MINUTE, clock=lambda: NOON + MINUTE)

    assert found.reasons[0].startswith(f"This version cannot fit the champion, {spec}: ")
    assert "takes over from popular" in found.reasons[1]
    assert rack.champion() == "2026-03-15"


def test_an_ease_that_the_catalogue_outgrew_gives_way(shop, monkeypatch):
    town(NOON)
    monkeypatch.setattr(fitting, "EASE_STYLES", 15)

    fitting.fit("2026-03-14", gathering.gather(NOON), champion="ease:lam=200")

    reasons = fitting.registered("2026-03-14", now=NOON).gate["reasons"]
    assert reasons[0] == "16 styles are too many for the champion, ease:lam=200."
