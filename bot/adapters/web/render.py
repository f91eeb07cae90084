"""Pages from templates. Everything that is filled in is escaped; feed text is hostile."""

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from bot.adapters.web.page import Page


class Pages:
    """The templates, read once."""

    def __init__(self) -> None:
        loader = PackageLoader("bot.adapters.web")
        environment = Environment(
            loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, auto_reload=False
        )
        source, _, _ = loader.get_source(environment, "status.css")
        self.style = source
        # The style sheet is our own file and stands inside <style>, where nothing may be escaped.
        environment.globals["style"] = Markup(source)  # noqa: S704  # no foreign text in it
        self._status = environment.get_template("status.html")
        self._locked = environment.get_template("locked.html")

    def status(self, page: Page) -> str:
        """Return the status page."""
        return self._status.render(page=page)

    def locked(self, *, form: bool) -> str:
        """Return the page for those who may not look, with a field for the token where there is one."""
        return self._locked.render(form=form)
