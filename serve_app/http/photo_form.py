"""The form of POST /v1/enhance and /v1/jobs: its fields, declared once, and the bytes that arrive in them."""

from __future__ import annotations

import difflib
from typing import Annotated

from fastapi import File, Form, Request, UploadFile

from deployments.errors import BadRequest, UploadTooLarge
from deployments.imaging.formats import INPUT_FORMATS
from deployments.imaging.output_formats import OutputFormat
from serve_app.http.enhance import EnhanceRequest
from serve_app.pipeline.options import EnhanceOptions

UPLOAD_SETTING = "limits.max_upload_bytes"
FILE_FIELDS = ("file", "reference")
TITLES = ", ".join(each.title for each in INPUT_FORMATS.values())


class PhotoForm:
    """A photo with its options, as FastAPI fills them in: `Annotated[PhotoForm, Depends()]`."""

    FIELDS = (*FILE_FIELDS, *EnhanceOptions.model_fields)

    def __init__(
        self,
        file: Annotated[UploadFile, File(description=f"The photo: {TITLES}, at most `max_upload_bytes`.")],
        options: Annotated[EnhanceOptions, Form()],
        reference: Annotated[
            UploadFile | None,
            File(description="Ground truth: the metrics are then taken against it instead of the resampled input."),
        ] = None,
    ) -> None:
        self.options = options
        self._file, self._reference = file, reference

    async def read(self, max_bytes: int, output: OutputFormat | None = None) -> EnhanceRequest:
        """The files' bytes, and the options, with `output` as their format where it is given.

        Raises UploadTooLarge, and BadRequest for an empty file or for options that the format does not have.
        """
        try:
            options = self.options.in_format(output or self.options.output)
        except ValueError as error:
            raise BadRequest(str(error)) from error
        photo = await read_photo(self._file, max_bytes)
        reference = self._reference
        truth = None if reference is None else await _read(reference, "reference", max_bytes)
        if reference is not None and reference.filename and not truth:
            raise BadRequest("reference: the file is empty.")
        return EnhanceRequest(photo, truth or None, options)


async def refuse_fields_but(request: Request, *known: str) -> None:
    """Raise BadRequest for a form field that is not known, naming the nearest one that is."""
    for field in (await request.form()).keys() - set(known):
        nearest = difflib.get_close_matches(field, known, 1)
        hint = f"Did you mean {nearest[0]}?" if nearest else f"Known fields are {', '.join(known)}."
        raise BadRequest(f"{field}: unknown field. {hint}")


async def read_photo(file: UploadFile, max_bytes: int, setting: str = UPLOAD_SETTING) -> bytes:
    """The bytes of the form's `file`; raises UploadTooLarge, naming the setting, or BadRequest where there are none."""
    photo = await _read(file, "file", max_bytes, setting)
    if not photo:
        raise BadRequest("file: the file is empty.")
    return photo


async def _read(upload: UploadFile, field: str, max_bytes: int, setting: str = UPLOAD_SETTING) -> bytes:
    if upload.size is not None and upload.size > max_bytes:
        raise UploadTooLarge(
            f"{field} has {upload.size} bytes; at most {max_bytes} are accepted. Save it smaller, or ask the operator "
            f"to raise {setting}."
        )
    data = await upload.read()
    await upload.close()  # frees the parser's copy
    return data
