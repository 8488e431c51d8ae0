"""A notebook is inside the group volume, links and all, or it is refused; also when it is swapped while we look."""

from __future__ import annotations

import os
import threading

import pytest

from kit.notebooks import write_notebook
from primehub_nbext.config import PrimeHub
from primehub_nbext.errors import InvalidField, PrimeHubError
from primehub_nbext.notebooks import volume as volume_module
from primehub_nbext.notebooks.errors import GroupVolumeNotMounted, NotebookNotFound, OutsideGroupVolume
from primehub_nbext.notebooks.folders import open_inside
from primehub_nbext.notebooks.opening import inspect, open_notebook
from primehub_nbext.notebooks.volume import GroupVolume
from primehub_nbext.primehub.errors import GroupRequired
from primehub_nbext.primehub.group import volume_name


@pytest.fixture
def home(tmp_path):
    """A notebook pod's home: the volume is mounted elsewhere and linked, as PrimeHub does it."""
    home = tmp_path / "home" / "jovyan"
    home.mkdir(parents=True)
    write_notebook(tmp_path / "project" / "phusers" / "experiment-1" / "train.ipynb", "print(1)")
    (home / "phusers").symlink_to(tmp_path / "project" / "phusers")
    return home


@pytest.fixture
def volume(home):
    return GroupVolume("phusers", str(home / "phusers"))


@pytest.fixture
def outside(tmp_path):
    """What nobody may reach through the volume."""
    write_notebook(tmp_path / "outside" / "secret.ipynb", "print('secret')")
    return tmp_path / "outside"


@pytest.mark.parametrize(
    ("group", "name"),
    [
        ("phusers", "phusers"),
        ("PHUsers", "phusers"),
        ("my_big_research_team", "my-big-research-team"),
        ("_a__B_", "-a--b-"),
        ("group-1", "group-1"),
    ],
)
def test_volume_name(group, name):
    assert volume_name(group) == name


def test_the_volume_of_a_group(home):
    config = PrimeHub(home_dir=f"{home}/./", group_volume_path="")
    assert GroupVolume.of(config, "PHusers") == GroupVolume("phusers", str(home / "phusers"))
    assert GroupVolume.of(config, "phusers").mounted
    assert not GroupVolume.of(config, "other_group").mounted
    elsewhere = PrimeHub(home_dir=str(home), group_volume_path="/mnt/../mnt/groups/")
    assert GroupVolume.of(elsewhere, "My_Group") == GroupVolume("my-group", "/mnt/groups")


def test_a_group_without_a_link_in_the_home_folder(home, tmp_path, monkeypatch):
    """`homeSymlink: false`: then only where the platform mounts volumes there is one."""
    monkeypatch.setattr(volume_module, "PROJECT", str(tmp_path / "project"))
    config = PrimeHub(home_dir=str(home), group_volume_path="")
    assert GroupVolume.of(config, "phusers").path == str(home / "phusers")
    (home / "phusers").unlink()
    volume = GroupVolume.of(config, "phusers")
    assert volume == GroupVolume("phusers", str(tmp_path / "project" / "phusers"))
    place = volume.place(str(tmp_path), "project/phusers/experiment-1/train.ipynb")
    assert (place.folder, place.name) == ("experiment-1", "train.ipynb")


@pytest.mark.parametrize("group", ["..", ".", "", "a/b", "../other", "a\0b"])
def test_a_group_that_cannot_name_a_volume(home, group):
    with pytest.raises(GroupRequired):
        GroupVolume.of(PrimeHub(home_dir=str(home), group_volume_path=""), group)


def test_not_mounted(home):
    with pytest.raises(GroupVolumeNotMounted) as refusal:
        GroupVolume("gone", str(home / "gone")).place(str(home), "gone/a.ipynb")
    assert refusal.value.code == "group_volume_not_mounted" and "gone" in refusal.value.message


def test_where_to_move_a_notebook_is_said_as_people_see_it(volume, home, outside):
    """Jupyter's path of the volume; where Jupyter shows none of it, the path in a terminal."""
    for root, path in ((home, "phusers"), (home.parent, "jovyan/phusers"), (outside, str(home / "phusers"))):
        with pytest.raises(OutsideGroupVolume) as refusal:
            volume.place(str(root), "secret.ipynb")
        assert refusal.value.hint == f"Move it into the folder `{path}` and submit it from there."
    with pytest.raises(OutsideGroupVolume) as refusal:
        volume.place(str(home / "phusers"), "../secret.ipynb")
    assert "`phusers`" in refusal.value.hint


@pytest.mark.parametrize(
    ("root", "path"),
    [
        ("", "phusers/experiment-1/train.ipynb"),
        ("", "/phusers//experiment-1/train.ipynb"),
        ("phusers", "experiment-1/train.ipynb"),
        ("phusers/experiment-1", "train.ipynb"),
        ("../../project", "phusers/experiment-1/train.ipynb"),
        ("/", None),
    ],
)
def test_the_place_is_the_same_from_every_root(volume, home, root, path):
    if path is None:
        path = f"{home}/phusers/experiment-1/train.ipynb"
    place = volume.place(os.path.join(home, root), path)
    assert (place.folder, place.name, place.source) == ("experiment-1", "train.ipynb", "experiment-1/train.ipynb")


def test_a_notebook_in_the_root_of_the_volume(volume, home):
    write_notebook(home / "phusers" / "top.ipynb", "1")
    place = volume.place(str(home), "phusers/top.ipynb")
    assert (place.folder, place.name, place.source) == ("", "top.ipynb", "top.ipynb")


def test_names_of_every_kind(volume, home):
    folder = os.fsdecode(b"b\xff") + " $(id)\n∂"
    write_notebook(home / "phusers" / folder / "-d {x}.ipynb", "1")
    place = volume.place(str(home), f"phusers/{folder}/-d {{x}}.ipynb")
    assert (place.folder, place.name) == (folder, "-d {x}.ipynb")


@pytest.mark.parametrize(
    "path",
    [
        "train.ipynb",
        "phusers/../train.ipynb",
        "phusers/experiment-1/../../train.ipynb",
        "phusers/../phusers/experiment-1/train.ipynb",
        "../jovyan/phusers/experiment-1/train.ipynb",
        "phusers/./experiment-1/train.ipynb",
        "phusers-old/train.ipynb",
        "phusers.ipynb",
        "PHUSERS/train.ipynb",
        "phusers/link/secret.ipynb",
        "phusers/linked.ipynb",
        "phusers/loop/x.ipynb",
    ],
)
def test_outside(volume, home, outside, path):
    for each in ("train.ipynb", "phusers-old/train.ipynb", "phusers.ipynb", "PHUSERS/train.ipynb"):
        write_notebook(home / each, "1")
    (home / "phusers" / "link").symlink_to(outside)
    (home / "phusers" / "linked.ipynb").symlink_to(outside / "secret.ipynb")
    (home / "phusers" / "loop").symlink_to("../../loop")
    with pytest.raises(OutsideGroupVolume) as refusal:
        volume.place(str(home), path)
    said = refusal.value.to_dict()
    assert said["code"] == "outside_group_volume" and said["field"] == "notebook_path"
    assert said["values"] == {"volume": "phusers", "path": "phusers"}, "as Jupyter shows it"
    assert str(outside) not in str(said)


@pytest.mark.parametrize("path", ["", "/", "//", None, 5, "a\0b.ipynb"])
def test_no_path_at_all(volume, home, path):
    with pytest.raises(InvalidField) as refusal:
        volume.place(str(home), path)
    assert refusal.value.field == "notebook_path"


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir, lambda path: None], ids=["fifo", "folder", "nothing"])
def test_no_notebook(volume, home, make):
    make(home / "phusers" / "odd.ipynb")
    with pytest.raises(NotebookNotFound):
        volume.place(str(home), "phusers/odd.ipynb")


@pytest.mark.parametrize("path", ["phusers/\ud800.ipynb", "phusers/" + "x" * 300 + ".ipynb", "phusers/" + "y/" * 3000])
def test_names_that_no_file_can_have(volume, home, path):
    with pytest.raises((NotebookNotFound, OutsideGroupVolume)):
        volume.place(str(home), path)


def test_a_link_inside_the_volume_is_followed_to_its_file(volume, home):
    """The job runs where the person sees the notebook; what is copied is the file behind it."""
    (home / "phusers" / "linked.ipynb").symlink_to("experiment-1/train.ipynb")
    place = volume.place(str(home), "phusers/linked.ipynb")
    assert (place.folder, place.name, place.source) == ("", "linked.ipynb", "experiment-1/train.ipynb")
    assert inspect(volume, place.source).kernel == "python3"


# --- swapped between the look and the opening -----------------------------------------------------


def test_a_folder_swapped_for_a_link_leads_nowhere(volume, home, outside):
    place = volume.place(str(home), "phusers/experiment-1/train.ipynb")
    (home / "phusers" / "experiment-1").rename(home / "phusers" / "moved")
    write_notebook(outside / "train.ipynb", "print('secret')")
    (home / "phusers" / "experiment-1").symlink_to(outside)
    with pytest.raises(OutsideGroupVolume):
        open_notebook(volume, place.source)


def test_a_notebook_swapped_for_a_link_leads_nowhere(volume, home, outside):
    place = volume.place(str(home), "phusers/experiment-1/train.ipynb")
    notebook = home / "phusers" / "experiment-1" / "train.ipynb"
    notebook.unlink()
    notebook.symlink_to(outside / "secret.ipynb")
    with pytest.raises(OutsideGroupVolume):
        open_notebook(volume, place.source)


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir, lambda path: None], ids=["fifo", "folder", "nothing"])
def test_a_notebook_swapped_for_something_else_is_not_there(volume, home, make):
    """Above all, a pipe that nobody writes to does not hold the server."""
    place = volume.place(str(home), "phusers/experiment-1/train.ipynb")
    notebook = home / "phusers" / "experiment-1" / "train.ipynb"
    notebook.unlink()
    make(notebook)
    with pytest.raises(NotebookNotFound):
        open_notebook(volume, place.source)


@pytest.mark.parametrize("path", ["../outside/secret.ipynb", "experiment-1/../../../outside/secret.ipynb"])
def test_dots_do_not_lead_out_either(volume, outside, path):
    """Such a path comes from a command that somebody else wrote."""
    root = volume.open_root()
    try:
        with pytest.raises(OSError):
            os.close(open_inside(root, path))
    finally:
        os.close(root)
    with pytest.raises(OutsideGroupVolume):
        open_notebook(volume, path)


def test_never_reads_outside_while_links_are_swapped_all_the_time(volume, home, outside):
    """A thread swaps the folder and a link to the outside as fast as it can; each look ends inside or in a refusal."""
    write_notebook(outside / "train.ipynb", "1", kernel="secret")
    spot, real, link = (home / "phusers" / name for name in ("experiment-1", "real", "link"))
    link.symlink_to(outside)
    done = threading.Event()

    def swap():
        while not done.is_set():
            spot.rename(real)
            link.rename(spot)
            spot.rename(link)
            real.rename(spot)

    thread = threading.Thread(target=swap)
    thread.start()
    kernels, refusals = [], 0
    try:
        for _ in range(1500):
            try:
                place = volume.place(str(home), "phusers/experiment-1/train.ipynb")
                kernels.append(inspect(volume, place.source).kernel)
            except (OutsideGroupVolume, NotebookNotFound):
                refusals += 1
    finally:
        done.set()
        thread.join()
    assert set(kernels) == {"python3"}
    assert refusals


def test_no_descriptor_is_left_open(volume, home, outside):
    (home / "phusers" / "linked.ipynb").symlink_to(outside / "secret.ipynb")
    before = os.listdir("/proc/self/fd")
    for path in ("experiment-1/train.ipynb", "linked.ipynb", "gone/x.ipynb", "experiment-1", "../x"):
        try:
            inspect(volume, path)
        except PrimeHubError:
            continue
    assert os.listdir("/proc/self/fd") == before
