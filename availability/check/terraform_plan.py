"""Reads what `terraform show -json` and `tofu show -json` print of a plan or a state.

HashiCorp's "JSON Output Format" and OpenTofu's page of that name describe it: a minor version only
adds to it, and a file with another major version is to be refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import zip_longest
from typing import cast

from pydantic import Field

from availability.check.documents import Document, read_document, validated
from availability.check.resources import Read, Resource
from availability.check.values import UNKNOWN, Sensitive, Unknown
from availability.input.errors import BadInput, Problem, shown
from availability.places.geography import places

MADE_BY = "terraform show -json"
MAJOR = "1"
"""The major version of the format that is understood."""


_NO_RESOURCES = ("count", "data", "each", "local", "path", "self", "terraform")
"""What references begin with that lead to no resource that is managed, or to none by themselves."""


class _Change(Document):
    actions: list[str]
    after: dict[str, object] | None = None
    after_unknown: object = None
    after_sensitive: object = None


class _ResourceChange(Document):
    address: str
    mode: str = "managed"
    type: str
    change: _Change


class _Deferred(Document):
    resource_change: _ResourceChange


class _StateResource(Document):
    address: str
    mode: str = "managed"
    type: str
    values: dict[str, object] | None = None
    sensitive_values: object = None


class _StateModule(Document):
    resources: list[_StateResource] = Field(default_factory=list[_StateResource])
    child_modules: list[_StateModule] = Field(default_factory=list["_StateModule"])


class _StateValues(Document):
    root_module: _StateModule | None = None


class _Output(Document):
    expression: object = None


class _Variable(Document):
    default: object = None


class _ConfiguredResource(Document):
    address: str
    provider_config_key: str = ""
    expressions: object = None
    for_each_expression: object = None


class _Module(Document):
    resources: list[_ConfiguredResource] = Field(default_factory=list[_ConfiguredResource])
    module_calls: dict[str, _Call] = Field(default_factory=dict[str, "_Call"])
    outputs: dict[str, _Output] = Field(default_factory=dict[str, _Output])
    variables: dict[str, _Variable] = Field(default_factory=dict[str, _Variable])


class _Call(Document):
    expressions: object = None
    for_each_expression: object = None
    module: _Module = Field(default_factory=_Module)


class _ProviderConfig(Document):
    expressions: object = None
    module_address: str = ""


class _Configuration(Document):
    provider_config: dict[str, _ProviderConfig] = Field(default_factory=dict[str, _ProviderConfig])
    root_module: _Module = Field(default_factory=_Module)


class _Value(Document):
    value: object = None


class _Plan(Document):
    format_version: str
    errored: bool = False
    resource_changes: list[_ResourceChange] | None = None
    deferred_changes: list[_Deferred] = Field(default_factory=list[_Deferred])
    configuration: _Configuration = Field(default_factory=_Configuration)
    variables: dict[str, _Value] = Field(default_factory=dict[str, _Value])
    values: _StateValues | None = None


def read_plan(name: str) -> Read:
    """The resources that will be there once a plan is applied, or that a state has.

    Raises BadInput for what is no such file, for another version of the format, and for a plan that
    failed, which is not whole.
    """
    return plan_of(read_document(name, MADE_BY), name)


def plan_of(document: Mapping[str, object], name: str) -> Read:
    """The same of a document that was read; `name` is that of its file. Raises BadInput."""
    if "format_version" not in document:
        message = f"has no format_version: expected what `{MADE_BY} PLAN` prints"
        raise BadInput([Problem(name, message)])
    plan = validated(_Plan, document, name, MADE_BY)
    if plan.format_version.partition(".")[0] != MAJOR:
        message = (
            f"format_version {shown(plan.format_version)} is none that is understood: "
            f"{MAJOR}.0 and what adds to it, as 1.2"
        )
        raise BadInput([Problem(name, message)])
    if plan.errored:
        message = "the plan failed, so that it does not have all resources"
        raise BadInput([Problem(name, message)])
    configured = _Configured(plan)
    if plan.values is not None and plan.values.root_module is not None:
        return Read(tuple(_of_state(plan.values.root_module)))
    changes = [
        *(plan.resource_changes or ()),
        *(one.resource_change for one in plan.deferred_changes),
    ]
    return Read(
        tuple(
            _resource(change, change.change.after, configured)
            for change in changes
            if change.mode == "managed" and change.change.after is not None
        )
    )


def _of_state(module: _StateModule) -> Iterator[Resource]:
    for resource in module.resources:
        if resource.mode == "managed":
            inputs = _values(resource.values or {}, None, resource.sensitive_values)
            address = resource.address
            yield Resource(address, resource.type, inputs, without_keys(address))
    for child in module.child_modules:
        yield from _of_state(child)


def _resource(
    resource: _ResourceChange, after: Mapping[str, object], configured: _Configured
) -> Resource:
    change, address = resource.change, without_keys(resource.address)
    inputs = _values(after, change.after_unknown, change.after_sensitive)
    if (written := configured.inputs(address)) is not None:
        # What is not written and not known is the provider's to say: it is no input.
        inputs = {
            key: value for key, value in inputs.items() if key in written or value is not UNKNOWN
        }
    return Resource(
        address=resource.address,
        type=resource.type,
        inputs=inputs,
        referred_as=address,
        references=configured.references(address),
        provider_region=configured.region(address),
    )


def _values(
    after: Mapping[str, object], unknown: object, sensitive: object
) -> Mapping[str, object]:
    merged = _merged(after, unknown, sensitive)
    if isinstance(merged, Sensitive):
        return {key: Sensitive(value) for key, value in _map(merged.value).items()}
    return _map(merged)


def _merged(after: object, unknown: object, sensitive: object) -> object:
    """A value with what is not known and what is sensitive in it marked.

    The other two have the shape of the value, with true where all of that part is meant.
    """
    if sensitive is True:
        return Sensitive(_merged(after, unknown, None))
    if unknown is True:
        return UNKNOWN
    if any(isinstance(one, Mapping) for one in (after, unknown)):
        value, open_, hidden = _map(after), _map(unknown), _map(sensitive)
        keys = dict.fromkeys((*value, *open_))
        return {key: _merged(value.get(key), open_.get(key), hidden.get(key)) for key in keys}
    if any(isinstance(one, list) for one in (after, unknown)):
        items = zip_longest(_list(after), _list(unknown), _list(sensitive))
        return [_merged(*item) for item in items]
    return after


def _map(value: object) -> Mapping[str, object]:
    return cast("Mapping[str, object]", value) if isinstance(value, Mapping) else {}


def _list(value: object) -> Sequence[object]:
    return cast("Sequence[object]", value) if isinstance(value, list) else ()


def without_keys(address: str) -> str:
    """The address in the configuration: without the keys of instances.

    >>> without_keys('module.a["x.y"].google_storage_bucket.b[0]')
    'module.a.google_storage_bucket.b'
    """
    return re.sub(r'\[(?:\d+|"(?:[^"\\]|\\.)*")\]', "", address)


class _Configured:
    """What the configuration says of a resource that its planned values don't."""

    def __init__(self, plan: _Plan) -> None:
        self._plan = plan
        self._modules: dict[str, _Module] = {}
        self._calls: dict[str, _Call] = {}
        self._collect("", plan.configuration.root_module)

    def _collect(self, path: str, module: _Module) -> None:
        self._modules[path] = module
        for name, call in module.module_calls.items():
            inner = _join(path, f"module.{name}")
            self._calls[inner] = call
            self._collect(inner, call.module)

    @cached_property
    def _resources(self) -> dict[str, tuple[str, _ConfiguredResource]]:
        """Address of the configuration -> the path of its module, and what is configured."""
        return {
            _join(path, resource.address): (path, resource)
            for path, module in self._modules.items()
            for resource in module.resources
        }

    def inputs(self, address: str) -> frozenset[str] | None:
        """The inputs that are written for a resource; None where its configuration is missing."""
        if address not in self._resources:
            return None
        return frozenset(_map(self._resources[address][1].expressions))

    def references(self, address: str) -> frozenset[str]:
        """The addresses of the resources that a resource's inputs are made of."""
        if address not in self._resources:
            return frozenset()
        path, resource = self._resources[address]
        made_of = _with_each(resource.expressions, resource.for_each_expression)
        return frozenset(self._referred(path, made_of, frozenset()))

    def _referred(self, path: str, expressions: object, seen: frozenset[str]) -> Iterator[str]:
        """The resources behind expressions, through modules' variables and outputs."""
        for word in _references(expressions):
            key = _join(path, word)
            if key in seen:
                continue
            first, _, rest = without_keys(word).partition(".")
            name = rest.partition(".")[0]
            on = seen | {key}
            if first == "var":
                if path in self._calls:
                    call = self._calls[path]
                    given = _map(call.expressions).get(name)
                    made_of = _with_each(given, call.for_each_expression)
                    yield from self._referred(_parent(path), made_of, on)
            elif first == "module":
                inner = _join(path, f"module.{name}")
                output = rest.partition(".")[2].partition(".")[0]
                if inner in self._modules and output in self._modules[inner].outputs:
                    made = self._modules[inner].outputs[output].expression
                    yield from self._referred(inner, made, on)
            elif name and first not in _NO_RESOURCES:
                yield _join(path, f"{first}.{name}")

    def region(self, address: str) -> str | Unknown:
        """The region that the provider of a resource falls back to, where the file says it."""
        if address not in self._resources:
            return UNKNOWN
        _, resource = self._resources[address]
        provider = self._plan.configuration.provider_config.get(resource.provider_config_key)
        if provider is None:
            return UNKNOWN
        expression = _map(provider.expressions).get("region")
        value = self._constant(provider.module_address, expression)
        # What is only made of a variable looks the same as what is one.
        return value if isinstance(value, str) and value in places() else UNKNOWN

    def _constant(self, path: str, expression: object) -> object:
        """The value of an expression that is plain, or a variable with a value; else None."""
        if "constant_value" in _map(expression):
            return _map(expression)["constant_value"]
        words = [without_keys(str(word)) for word in _list(_map(expression).get("references"))]
        if len(words) != 1 or not words[0].startswith("var."):
            return None
        name = words[0].split(".")[1]
        if path not in self._calls:
            value = self._plan.variables.get(name)
            return value.value if value else None
        given = _map(self._calls[path].expressions).get(name)
        if given is not None:
            return self._constant(_parent(path), given)
        variable = self._modules[path].variables.get(name)
        return variable.default if variable else None


def _references(expressions: object) -> Iterator[str]:
    """Every reference in expressions, however they are nested."""
    if isinstance(expressions, Mapping):
        for key, value in cast("Mapping[str, object]", expressions).items():
            if key == "references":
                yield from (str(word) for word in _list(value))
            else:
                yield from _references(value)
        return
    for item in _list(expressions):
        yield from _references(item)


def _with_each(expressions: object, for_each: object) -> list[object]:
    """Expressions, with what they go through one by one where they say `each`."""
    goes_through = any(word.startswith("each.") for word in _references(expressions))
    return [expressions, for_each] if goes_through else [expressions]


def _join(path: str, address: str) -> str:
    return f"{path}.{address}" if path else address


def _parent(path: str) -> str:
    return path.rpartition(".module.")[0] if ".module." in path else ""
