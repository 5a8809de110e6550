"""What Google's APIs answer when they refuse, in the words that the provider passes on."""

import json
from collections.abc import Mapping
from typing import Final

from .shapes import API_TITLES

GCLOUD_PROJECT: Final = "764086051850"
"""The number of the project that `gcloud auth application-default login` calls from."""


class ApiError(Exception):
    """An API's refusal: HTTP status, Google's reason, and the message that people see."""

    def __init__(self, doing: str, status: int, message: str, reason: str) -> None:
        self.status = status
        self.reason = reason
        text = message if not status else f"googleapi: Error {status}: {message}, {reason}"
        super().__init__(f"{doing}: {text}" if doing else text)


def api_disabled(doing: str, api: str, project: str) -> ApiError:
    """The API that this call needs is not enabled in the project, given by its id or number."""
    title = API_TITLES.get(api, api)
    url = f"https://console.developers.google.com/apis/api/{api}/overview?project={project}"
    message = f"{title} has not been used in project {project} before or it is disabled. Enable it "
    message += f"by visiting {url} then retry. If you enabled this action recently, wait a few "
    message += "minutes for the action to propagate to our systems and retry."
    about = {"activationUrl": url, "consumer": f"projects/{project}", "service": api}
    about |= {"containerInfo": project, "serviceTitle": title}
    details = _details("SERVICE_DISABLED", "googleapis.com", about)
    return ApiError(doing, 403, f"{message}{details}", "accessNotConfigured")


def without_quota_project(doing: str, api: str) -> ApiError:
    """The call counts against gcloud's own project, because the log-in names no other one.

    Google's "Troubleshoot your ADC setup" has the message, and the number of gcloud's project.
    """
    message = "Your application is authenticating by using local Application Default Credentials. "
    message += f"The {api} API requires a quota project, which is not set by default. To learn how "
    message += "to set your quota project, see "
    message += "https://cloud.google.com/docs/authentication/adc-troubleshooting/user-creds ."
    about = {"consumer": f"projects/{GCLOUD_PROJECT}", "service": api}
    details = _details("SERVICE_DISABLED", "googleapis.com", about)
    return ApiError(doing, 403, f"{message}{details}", "accessNotConfigured")


def denied(doing: str, permission: str, project: str) -> ApiError:
    """The caller lacks a permission, or has it since moments ago."""
    resource = f"projects/{project}"
    message = f"Permission '{permission}' denied on resource '//cloudresourcemanager.googleapis.com"
    message += f"/{resource}' (or it may not exist)."
    about = {"permission": permission, "resource": resource}
    details = _details("IAM_PERMISSION_DENIED", "cloudresourcemanager.googleapis.com", about)
    return ApiError(doing, 403, f"{message}{details}", "forbidden")


def _details(reason: str, domain: str, metadata: Mapping[str, str]) -> str:
    """What `Error` in google.golang.org/api/googleapi adds to an error that has details."""
    info = {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "domain": domain,
        "metadata": dict(metadata),
        "reason": reason,
    }
    return f"\nDetails:\n{json.dumps([info], indent=2)}\n"


def not_found(doing: str, what: str) -> ApiError:
    """Something that the call names is not there."""
    return ApiError(doing, 404, f"{what} was not found.", "notFound")


def unknown_account(doing: str, email: str) -> ApiError:
    """A binding names a service account that is not there, or that IAM does not know yet."""
    return invalid(doing, f"Service account {email} does not exist.")


def exists(doing: str, what: str = "Requested entity") -> ApiError:
    """The id is taken."""
    return ApiError(doing, 409, f"{what} already exists", "alreadyExists")


def invalid(doing: str, message: str) -> ApiError:
    """The API does not accept a value that the provider let pass."""
    return ApiError(doing, 400, message, "badRequest")
