"""The report of a film as a page of its own: figures shot by shot, and identity over time as a plot."""

from __future__ import annotations

from html import escape

from serve_app.illustration.page import SENTENCE
from serve_app.video.report import FilmReport, Shot

_WIDTH, _HEIGHT, _LEFT, _BOTTOM = 900, 220, 40, 24
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222}"
    "table{border-collapse:collapse}td,th{padding:.2rem .8rem;text-align:right;border-bottom:1px solid #ccc}"
    "svg{width:100%;height:auto}@media(prefers-color-scheme:dark){body{background:#111;color:#ddd}}"
)


def report_page(report: FilmReport, title: str) -> str:
    """HTML that needs nothing else; `title` is the film's name."""
    shots = "\n".join(_row(number, shot) for number, shot in enumerate(report.shots(), 1))
    heads = ["shot", "begins, s", "frames", "identity, mean", "least", "PSNR", "SSIM", "LPIPS", "flicker, input", "now"]
    whole = report.as_dict()
    said = f"{whole['frames']} frames, {whole['faces']} faces, {whole['restored']} restorations, {whole['held']} held"
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title><style>{_STYLE}</style>'
        f"<h1>{escape(title)}</h1><p><strong>{SENTENCE}</strong> {said}.</p>"
        f"<h2>Identity over time</h2>{identity_plot(report)}"
        f"<h2>Shots</h2><table><tr>{''.join(f'<th>{head}</th>' for head in heads)}</tr>{shots}</table>"
        "<p>Identity: ArcFace's similarity of each restored face to the frame. PSNR, SSIM and LPIPS: of a frame in a "
        "while to the input. Flicker: the warping error inside faces.</p></html>\n"
    )


def identity_plot(report: FilmReport) -> str:
    """An SVG: a point for each restored face, by time; a line where a shot begins."""
    points = report.figures.similarities
    end = max(report.seconds, 0.001)

    def x(time: float) -> float:
        return round(_LEFT + (_WIDTH - _LEFT) * min(1.0, time / end), 1)

    def y(value: float) -> float:
        return round((_HEIGHT - _BOTTOM) * (1 - min(1.0, max(0.0, value))), 1)

    grid = "".join(
        f'<path d="M{_LEFT} {y(value)}H{_WIDTH}" stroke="#8884"/><text x="4" y="{y(value) + 12}">{value:g}</text>'
        for value in (0.0, 0.5, 1.0)
    )
    cuts = "".join(f'<path d="M{x(shot.begins)} 0V{_HEIGHT - _BOTTOM}" stroke="#c60"/>' for shot in report.shots())
    dots = "".join(f'<circle cx="{x(time)}" cy="{y(value)}" r="2.5"/>' for time, value in points)
    return (
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="Identity over time" fill="currentColor" '
        f'font-size="12">{grid}{cuts}{dots}<text x="{_WIDTH - 60}" y="{_HEIGHT - 6}">{end:.1f} s</text></svg>'
    )


def _row(number: int, shot: Shot) -> str:
    values = [
        shot.identity_mean,
        shot.identity_least,
        shot.psnr,
        shot.ssim,
        shot.lpips,
        shot.flicker_input,
        shot.flicker,
    ]
    cells = [str(number), f"{shot.begins:.2f}", str(shot.frames), *("" if v is None else f"{v:.4g}" for v in values)]
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"
