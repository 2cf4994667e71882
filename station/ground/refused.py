"""A refusal is a named exception: it cannot be forgotten the way a returned error can."""

from __future__ import annotations


class Refused(Exception):
    """The rules say no.

    `code`: stable snake_case name of the rule, for tests and problem+json.
    `message`: Chinese sentence, itself the key of its English translation; says what happened
    and what to do next. `%(name)s` places are filled from `values` when it is shown.
    `status`: 403 not allowed, 404 not there, 409 clashes with the present state, 422 bad input.
    `field`: name of the form field at fault, if one is.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        status: int = 422,
        field: str | None = None,
        **values: object,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.status = status
        self.field = field
        self.values = values

    def __str__(self) -> str:
        return f"{self.code}: {self.message % self.values if self.values else self.message}"
