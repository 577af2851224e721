"""EfficientNet: compound scaling by the formula, and the published networks."""

import pytest

import explorer
from explorer.cost import params, total


def test_without_scaling_it_is_b0():
    assert explorer.get("efficientnet").spec == explorer.get("efficientnet_b0").spec
    assert explorer.get("efficientnet", phi=0.0, alpha=2.0).input_shape == (3, 224, 224)


def test_one_step_of_the_formula_is_b2_but_for_two_pixels():
    """Equation 3 gives 224·1.15 = 257.6 pixels; the paper evaluates B2 at 260."""
    step, b2 = explorer.get("efficientnet", phi=1.0), explorer.get("efficientnet_b2")
    assert (step.input_shape, b2.input_shape) == ((3, 258, 258), (3, 260, 260))
    counted = [total(explorer.lower(each), params) for each in (step, b2)]
    assert counted[0] == counted[1]


def test_the_mult_adds_grow_as_the_constraint_says():
    """By (α·β²·γ²)^φ = 1.92^φ, but for what rounding adds."""
    scaled = [explorer.analyze(explorer.get("efficientnet", phi=phi)).mult_adds for phi in (0.0, 2.0, 4.0)]
    assert scaled[1] / scaled[0] == pytest.approx(1.92027**2, rel=0.3)
    assert scaled[2] / scaled[1] == pytest.approx(1.92027**2, rel=0.3)


@pytest.mark.parametrize(("knob", "axis"), [("alpha", "depth"), ("beta", "width"), ("gamma", "resolution")])
def test_each_base_scales_its_own_axis(knob, axis):
    ones = {"alpha": 1.0, "beta": 1.0, "gamma": 1.0}
    plain, scaled = (
        explorer.lower(explorer.get("efficientnet", phi=1.0, **ones | changed)) for changed in ({}, {knob: 1.4})
    )
    changed = {
        "depth": len(scaled) > len(plain),
        "width": scaled["features.8.0"].shape[0] > plain["features.8.0"].shape[0],
        "resolution": scaled.input_shape > plain.input_shape,
    }
    assert changed == {name: name == axis for name in changed}


def test_a_depth_beyond_all_bounds_is_refused_in_a_sentence():
    with pytest.raises(explorer.ExplorerError, match="the network has more than 50,000 layers"):
        explorer.lower(explorer.get("efficientnet", phi=8.0, alpha=2.0))
