"""Every setting that differs between machines, typed and read once from TRUTHER_* variables (or `.env`)."""

import secrets
from datetime import time
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent

SMTP_SCHEMES = ("smtp", "smtp+tls", "smtps")

FEATURES = ("points", "streak", "goal", "badges", "teams", "neighbours", "recap", "bonus", "album", "news")

Words = Annotated[tuple[str, ...], NoDecode]  # a comma-separated list in the environment


class ConfigError(SystemExit):
    """The environment names settings that cannot work; the text says which and what to do."""


class Config(BaseSettings):
    """One machine's settings; see `.env.example` for what each is for."""

    model_config = SettingsConfigDict(
        env_prefix="TRUTHER_", env_file=ROOT / ".env", frozen=True, extra="ignore", env_ignore_empty=True
    )

    profile: Literal["demo", "production"] = "demo"
    secret_key: str = ""
    data_dir: Path = Path("var")
    host: str = "127.0.0.1"
    port: int = Field(8000, ge=1, le=65535)
    allowed_hosts: Words = ("127.0.0.1", "localhost", "[::1]")
    trusted_origins: Words = ()
    https: bool = True  # production only: the demo is plain http on the loopback
    time_zone: str = "UTC"

    database_url: str = ""
    mongodb_uri: str = ""
    mongodb_name: str = "truther"
    broker_url: str = ""

    nightly_at: time = time(3, 0)
    batch_size: int = Field(1000, ge=1)
    lease_seconds: int = Field(90, ge=5)
    audit_share: float = Field(0.02, ge=0, le=0.5)
    random_share: float = Field(0.03, ge=0, le=0.5)
    gold_dose: float = Field(1.0, ge=0, le=2)
    dull_share: float = Field(0.3, ge=0, le=1)
    dosed_sessions: float = Field(0.5, ge=0, le=1)
    game: Words = FEATURES
    simulated_clock: bool = False

    device: str = "auto"
    model_host: str = "127.0.0.1"
    model_port: int = Field(8765, ge=1, le=65535)
    model_url: str = ""
    train_steps: int = Field(200, ge=1)
    train_threads: int = Field(1, ge=1)
    lane_error: float = Field(0.0, ge=0, le=0.2)

    web_workers: int = Field(4, ge=1)
    max_image_bytes: int = Field(25_000_000, ge=1_000)
    media_hosts: Words = ("cdninstagram.com", "fbcdn.net")

    instagram_url: str = "https://graph.facebook.com/v23.0"
    instagram_token: str = ""
    instagram_user: str = ""
    hashtags: Words = ("renttherunway", "myrtr")

    signup_domain: str = ""
    smtp_url: str = ""
    email_from: str = "truther@localhost"
    oidc_name: str = "Office account"
    oidc_url: str = ""
    oidc_client: str = ""
    oidc_secret: str = ""

    @field_validator("allowed_hosts", "trusted_origins", "media_hosts", "hashtags", "game", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return (
            tuple(word.strip() for word in value.split(",") if word.strip())
            if isinstance(value, str)
            else value
        )

    @field_validator("data_dir")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value if value.is_absolute() else ROOT / value

    @model_validator(mode="after")
    def _whole(self) -> "Config":
        problems = []
        if self.profile == "production":
            if len(self.secret_key) < 50:
                problems.append("SECRET_KEY needs at least 50 characters in production")
            if set(self.allowed_hosts) <= {"127.0.0.1", "localhost", "[::1]"}:
                problems.append("ALLOWED_HOSTS must name the public host in production")
        if self.profile == "production" and self.simulated_clock:
            problems.append("SIMULATED_CLOCK is for simulations, never for production")
        if unknown := sorted(set(self.game) - set(FEATURES)):
            problems.append(f"GAME does not know {', '.join(unknown)}; it knows {', '.join(FEATURES)}")
        if self.smtp_url and urlsplit(self.smtp_url).scheme not in SMTP_SCHEMES:
            problems.append(f"SMTP_URL must begin with one of {', '.join(SMTP_SCHEMES)} and ://")
        if self.profile == "production" and self.signup_domain and not self.smtp_url:
            problems.append("SMTP_URL belongs to SIGNUP_DOMAIN: an address is verified by a letter")
        if self.oidc_url and not (self.oidc_client and self.oidc_secret):
            problems.append("OIDC_CLIENT and OIDC_SECRET belong to OIDC_URL")
        if problems:
            raise ValueError("; ".join(f"TRUTHER_{problem}" for problem in problems))
        return self

    @property
    def demo(self) -> bool:
        """Whether guests may play and the catalogue may be invented."""
        return self.profile == "demo"

    @property
    def predictor_url(self) -> str:
        """Where the model process answers."""
        return self.model_url or f"http://127.0.0.1:{self.model_port}"


def load() -> Config:
    """Read the environment.

    Raises:
        ConfigError: one or more variables are wrong; the text names every one of them.
    """
    try:
        return Config()
    except ValidationError as error:
        lines = [_complaint(item["loc"], item["msg"]) for item in error.errors()]
        raise ConfigError("Truther cannot start, its settings are wrong:\n  " + "\n  ".join(lines)) from error


def secret_key(settings: Config) -> str:
    """Return the configured key, or the demo's own, made once and kept under the data folder."""
    if settings.secret_key:
        return settings.secret_key
    path = settings.data_dir / "secret_key"
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        fresh = path.with_name(f"secret_key.{secrets.token_hex(4)}")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(48))
        try:
            path.hardlink_to(fresh)  # the first of two starting processes wins; both read the same key
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text()


def _complaint(location: tuple[int | str, ...], message: str) -> str:
    name = "".join(f"TRUTHER_{str(part).upper()}: " for part in location[:1])
    return f"{name}{message.removeprefix('Value error, ')}"


config = load()
