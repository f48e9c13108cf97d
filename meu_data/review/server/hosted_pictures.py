"""Looks whether a copy of the maps lies where annotators' browsers will look for it, before any task says so."""

from meu_data.errors import MeuError, MissingExtraError

_PATIENCE_S = 10.0


def look_at_hosted(url: str) -> str | None:
    """Fetches one picture as a browser would, without any token.

    Args:
        url: Of a picture. What is not http(s), such as `s3://bucket/maps/...`, only Label Studio can look at.

    Returns:
        Why it could not be looked at from here; None where it was seen.

    Raises:
        MeuError: The host answers, and it is no picture.
        MissingExtraError: label-studio-sdk is not installed, which brings the HTTP library.
    """
    if not url.lower().startswith(("http://", "https://")):
        return f"{url.partition('://')[0]} pictures are not looked at from here: look at one task before you go on"
    try:
        import httpx
    except ImportError as error:
        raise MissingExtraError(
            "looking at pictures on a host needs httpx; install it with `pip install 'meu-data[labelstudio]'`"
        ) from error
    try:
        with httpx.stream("GET", url, follow_redirects=True, timeout=_PATIENCE_S) as answer:
            good, status = answer.is_success, answer.status_code
            kind = answer.headers.get("content-type", "no content type")
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        return f"{url} cannot be reached from here ({type(error).__name__}); annotators' browsers have to"
    if not good or not kind.startswith("image/"):
        raise MeuError(
            f"{url} gives no picture (status {status}, {kind}): copy the workspace's folder maps there, "
            "or use --images embed"
        )
    return None
