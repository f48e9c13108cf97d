"""Runs inside the server's environment, not ours: gives an account the password and token that os.environ names."""

import os

from label_studio.server import _setup_env  # type: ignore[import-not-found]

_setup_env()

from rest_framework.authtoken.models import Token  # type: ignore[import-not-found]  # noqa: E402
from users.models import User  # type: ignore[import-not-found]  # noqa: E402

user = User.objects.get(email=os.environ["LABEL_STUDIO_USERNAME"])
user.set_password(os.environ["LABEL_STUDIO_PASSWORD"])
user.save()
if token := os.environ["LABEL_STUDIO_USER_TOKEN"]:
    Token.objects.filter(user=user).delete()
    Token.objects.create(user=user, key=token)
    settings = user.active_organization.jwt
    settings.legacy_api_tokens_enabled = True
    settings.save()
