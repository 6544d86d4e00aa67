"""The one settings object: everything that an operator may set, with its unit, its range and its default."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, create_model, model_validator

from deployments.config import StageConfig, StageScale
from deployments.contract import MEGAPIXEL, DecodeLimits
from deployments.stages import STAGES, StageName
from serve_app.pipeline.config import PipelineConfig

MEMORY = "memory://"
"""Counters in each replica's memory."""
HOST, PORT = "127.0.0.1", 8000
"""Where `python -m serve_app` listens if its file does not say. Ray Serve's own default is every interface."""
_FILE_OR_VARIABLE = r"^(|file:.+|env:[A-Za-z_][A-Za-z0-9_]*)$"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class LimitSettings(_Strict):
    """What a request may cost."""

    max_upload_bytes: int = Field(
        default=10_485_760,
        ge=1024,
        description="Bytes of one file. JPEGs of 48 megapixels often have 10 to 20 million.",
    )
    upload_timeout_s: float = Field(default=30.0, gt=0, description="Seconds to receive the whole request.")
    min_upload_rate: int = Field(
        default=16_000, ge=0, description="Bytes a second that an upload must reach on average after 5 s; 0: any."
    )
    max_uploads: int = Field(
        default=64, ge=1, description="Requests whose body may be arriving at once; more are answered 503."
    )
    max_uploads_per_client: int = Field(default=16, ge=1, description="Of these, requests of one client address.")
    max_held_megabytes: float = Field(
        default=512.0, gt=0, description="Uploads that all requests of one ingress replica may hold in memory, in MB."
    )
    deadline_s: float = Field(
        default=300.0, gt=0, description="Seconds to answer a request, from the last byte received."
    )
    max_input_megapixels: float = Field(
        default=50.0, gt=0, description="Width times height of the upload, checked before anything is decoded."
    )
    max_output_megapixels: float = Field(
        default=64.0, gt=0, description="Width times height of the result, checked before anything is decoded."
    )
    min_side: int = Field(default=32, ge=16, description="Pixels of the upload's shorter side.")
    max_concurrent: int = Field(default=2, ge=1, description="Requests that one ingress replica works on at a time.")
    max_waiting: int = Field(default=16, ge=0, description="Requests that may wait for a slot; more are answered 503.")
    max_wait_s: float = Field(
        default=30.0,
        gt=0,
        description="Seconds that a request may have to wait for a slot, expected by how long the last ones took; "
        "beyond it 503.",
    )
    retry_after_s: int = Field(default=5, ge=1, description="Seconds that a 503 tells the client to wait.")
    requests_per_minute: int = Field(
        default=0, ge=0, description="Requests of one client address a minute, beyond it 429; 0: no limit."
    )
    rate_limit_storage: str = Field(
        default=MEMORY,
        description="Where requests are counted: memory:// (in each ingress replica), or redis://HOST:PORT (shared).",
        examples=["redis://HOST:PORT"],
    )
    trusted_proxies: int = Field(
        default=0,
        ge=0,
        description="Proxies in front that append to `client_header`; the client is the address before theirs. "
        "0: the header is not trusted.",
    )
    client_header: str = Field(
        default="X-Forwarded-For",
        description="The header in which trusted proxies name the client.",
        examples=["X-Forwarded-For"],
    )

    def for_decoding(self) -> DecodeLimits:
        """The limits of the codec, in pixels."""
        return DecodeLimits(
            int(self.max_input_megapixels * MEGAPIXEL), int(self.max_output_megapixels * MEGAPIXEL), self.min_side
        )


class JobSettings(_Strict):
    """Requests that are answered later."""

    redis: str = Field(
        default="",
        pattern=r"^(|rediss?://\S+)$",
        description="A Redis or Valkey server without persistence, which switches jobs on; empty: no jobs. The "
        "password may be in the environment variable VISAGE_REDIS_PASSWORD.",
        examples=["redis://HOST:PORT/0"],
    )
    max_waiting: int = Field(default=200, ge=1, description="Jobs that may wait; more are answered 503.")
    consumers: int = Field(default=1, ge=1, description="Replicas that work on jobs.")
    concurrency: int = Field(default=2, ge=1, description="Jobs that one replica works on at a time.")
    max_attempts: int = Field(
        default=3, ge=1, description="Attempts at a job whose replica was lost, or whose error may pass."
    )
    waiting_lifetime_s: int = Field(
        default=3600, ge=1, description="Seconds that a photo waits for its turn; then its job has expired."
    )
    result_lifetime_s: int = Field(default=3600, ge=1, description="Seconds that a result can be fetched.")
    max_followers: int = Field(
        default=64,
        ge=1,
        description="Event streams of jobs that one ingress replica keeps open; more are answered 503.",
    )
    webhooks: bool = Field(
        default=False,
        description="Let clients name an address that is told when their job has ended. Notes are signed with the key "
        "in the environment variable VISAGE_WEBHOOK_SECRET.",
    )
    webhook_hosts: list[str] = Field(
        default=[],
        description="The only hosts that may be told; they may be in a private network and without TLS. Empty: every "
        "public address by https.",
    )


class VideoSettings(_Strict):
    """What a film may cost that is sent as a job."""

    max_upload_bytes: int = Field(
        default=67_108_864, ge=0, description="Bytes of a film; 0: none are accepted. It is kept in jobs.redis."
    )
    upload_timeout_s: float = Field(default=300.0, gt=0, description="Seconds to receive a film.")
    max_seconds: float = Field(default=600.0, gt=0, description="Of a film.")
    max_frames: int = Field(default=20_000, ge=1, description="Of a film.")
    max_megapixels: float = Field(
        default=2.1, gt=0, description="Width times height of a frame, and of a frame of the result."
    )
    max_decode_s: float = Field(
        default=1800.0, gt=0, description="Seconds of CPU in which a film must have been decoded once."
    )
    deadline_s: float = Field(default=86_400.0, gt=0, description="Seconds that one attempt at a film may take.")
    piece_frames: int | None = Field(
        default=None,
        ge=2,
        description="About how many frames one worker does at a time; null: 24 to 250, by the size of the result.",
    )
    frames_ahead: int = Field(
        default=2,
        ge=1,
        description="Frames that one worker gives to the stages at a time; one more than there are upscalers will do.",
    )

    @property
    def max_pixels(self) -> int:
        """See `max_megapixels`."""
        return int(self.max_megapixels * MEGAPIXEL)


class StorageSettings(_Strict):
    """Where results are put, in place of base64 in the response."""

    url: str = Field(
        default="",
        pattern=r"^(|s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[A-Za-z0-9._/-]*)?)$",
        description="A bucket, and what its objects begin with; empty: results are in the response alone. Credentials "
        "are in the environment: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY.",
        examples=["s3://BUCKET/PREFIX"],
    )
    endpoint: str = Field(
        default="",
        pattern=r"^(|https?://\S+)$",
        description="The server, as Garage, SeaweedFS or RustFS have one; empty: Amazon's.",
        examples=["https://HOST:PORT"],
    )
    films: str = Field(
        default="",
        pattern=r"^(|s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[A-Za-z0-9._/-]*)?)$",
        description="Where clients may name a film in place of sending it: a bucket, and what its objects begin with; "
        "empty: nowhere. It needs `storage.url`.",
        examples=["s3://BUCKET/PREFIX"],
    )
    region: str = Field(default="us-east-1", description="The server's region.", examples=["us-east-1"])
    url_lifetime_s: int = Field(
        default=900, ge=1, le=604_800, description="Seconds for which the URL in a response can be used."
    )

    @model_validator(mode="after")
    def _has_a_store(self) -> Self:
        if self.films and not self.url:
            raise ValueError("films needs url")
        return self


def _bare_url(given: Any) -> Any:
    """`storage: s3://bucket/prefix` is enough."""
    return {"url": given} if isinstance(given, str) else given


class KeySettings(_Strict):
    """Who may come in."""

    source: str = Field(
        default="",
        pattern=_FILE_OR_VARIABLE,
        description="Where the API keys are: a file, which is read again when it changes, or an environment variable "
        "with such a file's text; empty: everybody may come in.",
        examples=["file:PATH, env:VARIABLE"],
    )


class C2paSettings(_Strict):
    """Signatures in results."""

    source: str = Field(
        default="",
        pattern=_FILE_OR_VARIABLE,
        description="Where the key is by which results are signed (C2PA): a file, or an environment variable with its "
        "text, in PEM: the private key, its certificate and the chain; empty: results are not signed.",
        examples=["file:PATH, env:VARIABLE"],
    )


def _over(default: StageScale) -> BeforeValidator:
    """What an override does not name keeps the stage's own default, not StageScale's."""

    def merge(given: Any) -> Any:
        return default.model_dump() | dict(given) if isinstance(given, Mapping) else given

    return BeforeValidator(merge)


# One field for each stage. mypy cannot see such fields: read them through Settings.config_of and scale_of.
_scales: dict[str, Any] = {
    str(spec.name): (
        Annotated[StageScale, _over(spec.scale)],
        Field(default=spec.scale, description=f"Replicas of the {spec.name}."),
    )
    for spec in STAGES.values()
}
_configs: dict[str, Any] = {
    str(spec.name): (
        spec.config,
        Field(default_factory=spec.config, description=f"Settings of the stage that {spec.summary}."),
    )
    for spec in STAGES.values()
}
_StageScales: Any = create_model("_StageScales", __base__=_Strict, **_scales)
_StageConfigs: Any = create_model("_StageConfigs", __base__=_Strict, **_configs)


class ScaleSettings(_StageScales):
    """Replicas and GPU fractions of each stage, and the number of ingress replicas."""

    ingress_replicas: int = Field(default=1, ge=1, description="Replicas of the ingress.")


class Settings(_StageConfigs):
    """The argument of serve_app.app:build; unknown keys are refused."""

    limits: LimitSettings = Field(default=LimitSettings(), description="What a request may cost.")
    jobs: JobSettings = Field(default=JobSettings(), description="Requests that are answered later.")
    video: VideoSettings = Field(default=VideoSettings(), description="What a film may cost that is sent as a job.")
    keys: KeySettings = Field(default=KeySettings(), description="Who may come in.")
    storage: Annotated[StorageSettings, BeforeValidator(_bare_url)] = Field(
        default=StorageSettings(), description="Where results are put; a string is its `url`."
    )
    c2pa: C2paSettings = Field(default=C2paSettings(), description="Signatures in results.")
    cors_origins: list[str] = Field(default=[], description="Origins of pages elsewhere that may call the API.")
    allowed_hosts: list[str] = Field(
        default=["localhost", "127.0.0.1", "[::1]"],
        description="Names in the header Host under which the service answers; `*`: all.",
    )
    pipeline: PipelineConfig = Field(
        default=PipelineConfig(), description="Thresholds and sizes that the pipeline acts on."
    )
    scale: ScaleSettings = Field(default_factory=ScaleSettings, description="Replicas and GPU fractions.")

    @property
    def counter_storage(self) -> str:
        """Where the limits of API keys are counted: in Redis where there is one, for all replicas."""
        own = self.limits.rate_limit_storage
        return own if own != MEMORY else self.jobs.redis or MEMORY

    def config_of(self, stage: StageName) -> StageConfig:
        """A stage's settings."""
        config: StageConfig = getattr(self, stage)
        return config

    def scale_of(self, stage: StageName) -> StageScale:
        """A stage's replicas and reservations."""
        scale: StageScale = getattr(self.scale, stage)
        return scale
