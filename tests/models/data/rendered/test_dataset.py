"""The rendered set: files and folders always, real renders where the head is there."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engines.drawing.camera import Camera
from engines.face.patches import SIZE
from models.data.rendered.dataset import (
    CALM,
    PEOPLE,
    DataError,
    contact_sheet,
    load_faces,
    missing_shards,
)
from models.data.rendered.expressions import Kind
from models.data.rendered.make_faces import make_faces
from models.data.rendered.person import make_person, open_studio
from models.data.rendered.scene_sampling import (
    TEST,
    TRAIN,
    draw_lighting,
    draw_look,
    draw_wall,
)
from models.data.rendered.sensor import compress, decompress, draw_sensor, expose
from tests.models.data.dataset import dataset
from tests.models.rendered import made_up


def write_shard(path: Path, kept: int = 1) -> None:
    faces = made_up(2)
    grey = np.full((256, 256, 3), 90, dtype=np.uint8)
    codes = [compress(grey, 90) if i < kept else b"" for i in range(len(faces))]
    np.savez(
        path,
        points=faces.points,
        weights=faces.weights,
        pose=faces.pose,
        identity=faces.identity,
        kind=faces.kind,
        patches=faces.patches,
        code_bytes=np.frombuffer(b"".join(codes), dtype=np.uint8),
        code_sizes=np.array([len(code) for code in codes]),
    )


def test_shards_are_read_in_order_with_the_pictures_that_were_kept(
    tmp_path: Path,
) -> None:
    for k in range(3):
        write_shard(tmp_path / f"shard_{k:05d}.npz")
    faces = load_faces(tmp_path)
    assert len(faces) == 48
    assert faces.patches.shape == (48, SIZE)
    assert abs(int(faces.picture(16).mean()) - 90) <= 1
    with pytest.raises(DataError, match="face 1: its picture was not kept"):
        faces.picture(1)
    assert len(load_faces(tmp_path, most=1)) == 16
    assert contact_sheet(faces, columns=2).shape == (256, 256, 3)


def test_a_damaged_shard_is_named(tmp_path: Path) -> None:
    write_shard(tmp_path / "shard_00000.npz")
    path = tmp_path / "shard_00001.npz"
    path.write_bytes((tmp_path / "shard_00000.npz").read_bytes()[:5000])
    with pytest.raises(
        DataError, match=r"shard_00001\.npz: not a whole shard .*; delete it"
    ):
        load_faces(tmp_path)


def test_an_empty_folder_says_how_to_fill_it(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="facewire-models data faces"):
        load_faces(tmp_path)


def test_what_is_there_is_not_made_again(tmp_path: Path) -> None:
    write_shard(tmp_path / "shard_00001.npz")
    assert missing_shards(tmp_path, 4) == [0, 2, 3]
    calls: list[tuple[int, int]] = []
    write_shard(tmp_path / "shard_00000.npz")
    done = make_faces(tmp_path, tmp_path, "train", 2, tell=lambda *at: calls.append(at))
    assert done == 0
    assert calls == [(2, 2)]


def test_a_folder_without_the_head_is_said_so_at_once(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"ict_facekit\.npz: no such file; --data"):
        make_faces(tmp_path, tmp_path / "out", "train", 1)


def test_looks_and_light_are_drawn_from_their_stage() -> None:
    rng = np.random.default_rng(0)
    for stage in (TRAIN, TEST):
        looks = [draw_look(stage, rng) for _ in range(200)]
        heights = np.array([look.brow_height for look in looks])
        assert heights.min() >= stage.brow_height[0]
        assert heights.max() <= stage.brow_height[1]
        share = np.mean([look.glasses is not None for look in looks])
        assert share == pytest.approx(stage.glasses, abs=0.1)
        assert len({look.skin for look in looks}) == 200
        lights = [draw_lighting(stage, rng) for _ in range(50)]
        assert all(light.key_strength >= stage.key_strength[0] for light in lights)
        wall = draw_wall(stage, Camera(32, 24, 30.0), rng)
        assert wall.shape == (24, 32, 3)
        assert wall.min() >= 0.0


def test_a_camera_keeps_the_picture_recognisable() -> None:
    rng = np.random.default_rng(5)
    y, x = np.mgrid[:64, :64]
    scene = np.stack([4 * x, 4 * y, 2 * (x + y)], axis=2).astype(np.uint8)
    for _ in range(20):
        sensor = draw_sensor(rng)
        seen = decompress(compress(expose(scene, sensor, rng), sensor.quality))
        assert seen.shape == scene.shape
        r = np.corrcoef(scene.reshape(-1), seen.reshape(-1))[0, 1]
        assert r > 0.8


@pytest.mark.slow
def test_a_person_is_rendered_tracked_and_always_the_same() -> None:
    data = dataset("ict_facekit/ict_facekit.npz").parent.parent
    dataset("arkit_takes")
    studio = open_studio(data, "train")
    person = make_person(studio, PEOPLE + 3, keep=True)
    again = make_person(studio, PEOPLE + 3, keep=False)
    for key in ("points", "weights", "patches", "pose"):
        np.testing.assert_array_equal(person[key], again[key])
    assert np.isfinite(person["points"][:, 0, 0]).mean() > 0.8
    assert (person["kind"][:CALM] == Kind.NEUTRAL).all()
    assert not person["weights"][:CALM].any()
    assert person["weights"][CALM:].any()
    found = np.isfinite(person["points"][:, 0, 0])
    eyes = person["points"][found][:, [468, 473], 0]
    assert (eyes[:, 1] > eyes[:, 0] + 10).all()  # the left eye on the right
    studio.graph.close()
