"""Settings: every wrong variable is named at once, and production starts with its secrets or not at all."""

import re

import pytest

from truther.config import ROOT, Config, ConfigError, load


@pytest.fixture
def environment(monkeypatch, tmp_path):
    """Set TRUTHER_* variables on top of a clean environment, without any .env file."""
    monkeypatch.setitem(Config.model_config, "env_file", None)
    monkeypatch.delenv("TRUTHER_SECRET_KEY", raising=False)
    monkeypatch.setenv("TRUTHER_DATA_DIR", str(tmp_path))

    def put(**values: str) -> None:
        for name, value in values.items():
            monkeypatch.setenv(f"TRUTHER_{name}", value)

    return put


def test_every_wrong_variable_is_named_at_once(environment):
    environment(PORT="many", NIGHTLY_AT="25:00", BATCH_SIZE="0", PROFILE="staging", AUDIT_SHARE="2")

    with pytest.raises(ConfigError) as refusal:
        load()

    named = re.findall(r"^  (TRUTHER_\w+): ", str(refusal.value), flags=re.MULTILINE)
    assert set(named) == {
        f"TRUTHER_{name}" for name in ("PORT", "NIGHTLY_AT", "BATCH_SIZE", "PROFILE", "AUDIT_SHARE")
    }


def test_production_refuses_to_start_without_its_secrets_and_its_name(environment):
    environment(PROFILE="production", OIDC_URL="https://login.example.com")

    with pytest.raises(ConfigError) as refusal:
        load()

    for name in ("SECRET_KEY", "ALLOWED_HOSTS", "OIDC_CLIENT"):
        assert f"TRUTHER_{name}" in str(refusal.value)


def test_who_may_register_by_mail_needs_a_way_to_send_letters(environment):
    environment(
        PROFILE="production",
        SECRET_KEY="s" * 50,
        ALLOWED_HOSTS="truther.example.com",
        SIGNUP_DOMAIN="example.com",
    )
    with pytest.raises(ConfigError, match="TRUTHER_SMTP_URL belongs to SIGNUP_DOMAIN"):
        load()

    environment(SMTP_URL="mail.example.com:25")
    with pytest.raises(ConfigError, match="TRUTHER_SMTP_URL must begin with one of smtp, smtp"):
        load()

    environment(SMTP_URL="smtp+tls://truther:secret@mail.example.com:587")
    assert load().signup_domain == "example.com"


def test_production_starts_with_its_secrets(environment):
    environment(
        PROFILE="production", SECRET_KEY="s" * 50, ALLOWED_HOSTS="truther.example.com, www.example.com"
    )

    settings = load()

    assert settings.allowed_hosts == ("truther.example.com", "www.example.com")
    assert not settings.demo


@pytest.mark.parametrize("share", ["-.01", ".21", "nan", "off"])
def test_lanes_may_be_wrong_in_a_fifth_at_most(environment, share):
    environment(LANE_ERROR=share)

    with pytest.raises(ConfigError, match="TRUTHER_LANE_ERROR: "):
        load()


def test_lanes_are_off_until_an_error_is_allowed(environment):
    assert load().lane_error == 0

    environment(LANE_ERROR=".05")

    assert load().lane_error == 0.05


def test_an_empty_variable_means_its_default(environment):
    environment(PORT="", BROKER_URL="", HASHTAGS="")

    settings = load()

    assert (settings.port, settings.broker_url, settings.hashtags) == (8000, "", ("renttherunway", "myrtr"))


def test_the_example_names_every_setting_with_its_default(environment):
    lines = [line for line in (ROOT / ".env.example").read_text().splitlines() if line and line[0] != "#"]
    example = dict(line.split("=", 1) for line in lines)
    assert set(example) == {f"TRUTHER_{name.upper()}" for name in Config.model_fields}
    environment(**{name.removeprefix("TRUTHER_"): value for name, value in example.items()})

    assert load() == Config.model_construct(
        **{name: field.default for name, field in Config.model_fields.items()}
    ).model_copy(update={"data_dir": ROOT / "var"})
