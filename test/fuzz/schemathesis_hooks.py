"""Generates and serializes bodies of NDJSON lines, which the fuzzer cannot do by itself."""

import json

import schemathesis
from hypothesis import strategies as st

NDJSON = "application/x-ndjson"

_members = st.dictionaries(
    st.sampled_from(["systemId", "workerId", "stateCode", "stateName", "actionTime", "action", "contactId", "groupId"]),
    st.one_of(st.text(max_size=8), st.integers(), st.none(), st.booleans(), st.floats(allow_nan=False)),
)
_line = st.one_of(_members.map(json.dumps), st.text(max_size=20))
_body = st.one_of(st.lists(_line, max_size=5).map(lambda lines: "\n".join(lines).encode("utf-8", "replace")), st.binary(max_size=64))

schemathesis.openapi.media_type(NDJSON, _body)


@schemathesis.serializer(NDJSON)
def lines(_context, value):
    return value
