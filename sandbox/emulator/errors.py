"""What Google's APIs answer when they refuse, in the words that the provider passes on."""

from .shapes import API_TITLES


class ApiError(Exception):
    """An API's refusal: HTTP status, Google's reason, and the message that people see."""

    def __init__(self, doing: str, status: int, message: str, reason: str) -> None:
        self.status = status
        self.reason = reason
        text = message if not status else f"googleapi: Error {status}: {message}, {reason}"
        super().__init__(f"{doing}: {text}" if doing else text)


def api_disabled(doing: str, api: str, project: str) -> ApiError:
    """The API that this call needs is not enabled in the project."""
    title = API_TITLES.get(api, api)
    return ApiError(
        doing,
        403,
        f"{title} has not been used in project {project} before or it is disabled. Enable it by "
        f"visiting https://console.developers.google.com/apis/api/{api}/overview?project={project} "
        "then retry. If you enabled this action recently, wait a few minutes for the action to "
        "propagate to our systems and retry.\nDetails: SERVICE_DISABLED",
        "accessNotConfigured",
    )


def denied(doing: str, permission: str, project: str) -> ApiError:
    """The caller lacks a permission, or has it since moments ago."""
    message = f"Permission '{permission}' denied on resource '//cloudresourcemanager.googleapis.com"
    message += f"/projects/{project}' (or it may not exist)."
    return ApiError(doing, 403, message, "forbidden")


def not_found(doing: str, what: str) -> ApiError:
    """Something that the call names is not there."""
    return ApiError(doing, 404, f"{what} was not found.", "notFound")


def exists(doing: str, what: str = "Requested entity") -> ApiError:
    """The id is taken."""
    return ApiError(doing, 409, f"{what} already exists", "alreadyExists")


def invalid(doing: str, message: str) -> ApiError:
    """The API does not accept a value that the provider let pass."""
    return ApiError(doing, 400, message, "badRequest")
