#!/usr/bin/env python3
"""A web server that keeps what is put, on loopback, and fails on purpose. It prints its port
and ends when its standard input does. With "bucket" it is an S3-compatible store of one
bucket: it takes only requests signed by AWS Signature Version 4, worked out here anew as
Amazon's "Authenticating Requests: Using the Authorization Header" says, not by podium.
With "token=WORD" it takes requests with that bearer token only.
usage: server.py [bucket|token=WORD] [CERTIFICATE KEY]; server.py selftest

POST /_fault METHOD END KIND [TIMES [START]] in its body: requests of that method whose path
ends so fail that way so often, from the START-th on. GET /_log: a line for each request:
method, path, status. GET /_files: path and text of each. POST /_weak: ETags are weak from now
on."""
import hashlib
import hmac
import json
import socketserver
import ssl
import sys
import threading
import time
import urllib.parse

KEY_ID, SECRET, SESSION = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "a/session+token=="
REGION = "eu-test-1"
AGE_MAX_S = 900

files, faults, log = {}, [], []
lock = threading.Lock()
is_bucket = False
is_weak = False
token = None


# Signature Version 4.

def digest(key, text):
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def signature(secret, request, signed, when, scope):
    """request: method, path, query, headers by lower-case name, SHA-256 of the body."""
    method, path, query, headers, payload = request
    path = urllib.parse.quote(urllib.parse.unquote(path), safe="/~")
    pairs = sorted(urllib.parse.parse_qsl(query, keep_blank_values=True))
    query = "&".join(f"{urllib.parse.quote(k, safe='~')}={urllib.parse.quote(v, safe='~')}" for k, v in pairs)
    lines = "".join(f"{name}:{' '.join(headers[name].split())}\n" for name in signed)
    canonical = "\n".join((method, path, query, lines, ";".join(signed), payload))
    text = "\n".join(("AWS4-HMAC-SHA256", when, scope,
                      hashlib.sha256(canonical.encode()).hexdigest()))
    key = ("AWS4" + secret).encode()
    for part in scope.split("/"):
        key = digest(key, part)
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def selftest():
    """The two examples of Amazon's documentation, "Signature Calculations for the
    Authorization Header: Transferring Payload in a Single Chunk"."""
    secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
    common = {"host": "examplebucket.s3.amazonaws.com", "x-amz-date": "20130524T000000Z"}
    empty = hashlib.sha256(b"").hexdigest()
    body = hashlib.sha256(b"Welcome to Amazon S3.").hexdigest()
    scope = "20130524/us-east-1/s3/aws4_request"
    examples = (
        ("GET", "/test.txt", {"range": "bytes=0-9", "x-amz-content-sha256": empty}, empty,
         "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"),
        ("PUT", "/test%24file.text",
         {"date": "Fri, 24 May 2013 00:00:00 GMT", "x-amz-content-sha256": body,
          "x-amz-storage-class": "REDUCED_REDUNDANCY"}, body,
         "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"),
    )
    for method, path, more, payload, wanted in examples:
        headers = {**common, **more}
        got = signature(secret, (method, path, "", headers, payload), sorted(headers),
                        common["x-amz-date"], scope)
        if got != wanted:
            sys.exit(f"{method} {path}: {got}, not {wanted}")
    print("ok")


def why_unsigned(method, target, headers, body):
    """None when the request is signed as it must be."""
    name, _, rest = headers.get("authorization", "").partition(" ")
    fields = dict(part.strip().split("=", 1) for part in rest.split(",") if "=" in part)
    if name != "AWS4-HMAC-SHA256" or set(fields) != {"Credential", "SignedHeaders", "Signature"}:
        return "no signature"
    key_id, _, scope = fields["Credential"].partition("/")
    when, payload = headers.get("x-amz-date", ""), headers.get("x-amz-content-sha256", "")
    signed = fields["SignedHeaders"].split(";")
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    if key_id != KEY_ID or scope != f"{when[:8]}/{REGION}/s3/aws4_request":
        return "other credentials"
    if abs(time.mktime(time.strptime(when, "%Y%m%dT%H%M%SZ")) -
           time.mktime(time.strptime(stamp, "%Y%m%dT%H%M%SZ"))) > AGE_MAX_S:
        return "another time"
    if payload != hashlib.sha256(body).hexdigest():
        return "other bytes"
    must = [n for n in headers if n == "host" or n.startswith("x-amz-")]
    if signed != sorted(signed) or not set(must) <= set(signed) <= set(headers):
        return "headers that are not signed"
    if headers.get("x-amz-security-token", SESSION) != SESSION:
        return "another session"
    parts = urllib.parse.urlsplit(target)
    wanted = signature(SECRET, (method, parts.path, parts.query, headers, payload), signed, when, scope)
    return None if hmac.compare_digest(wanted, fields["Signature"]) else "another signature"


# The server.

class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        try:
            while self.answer() and self.fields.get("connection") != "close":
                pass
        except OSError:
            pass

    def answer(self):
        words = self.rfile.readline(65536).split()
        if len(words) < 2:
            return False
        self.method, self.target = words[0].decode(), words[1].decode()
        self.fields = {}
        for line in iter(self.rfile.readline, b"\r\n"):
            name, _, value = line.decode().partition(":")
            self.fields[name.lower()] = value.strip()
        length = int(self.fields.get("content-length", "0"))
        fault = self.find_fault()
        if fault == "drop":  # in the middle of the body
            self.rfile.read(length // 2)
            self.note("dropped")
            return False
        body = self.rfile.read(length)
        if self.target.startswith("/_"):
            return self.control(body)
        return self.serve(body, fault)

    def control(self, body):
        global is_weak
        if self.target == "/_fault":
            words = body.decode().split()
            faults.append([words[0], words[1], words[2], int(words[3]) if len(words) > 3 else 1,
                           int(words[4]) if len(words) > 4 else 1])
        is_weak = is_weak or self.target == "/_weak"
        answers = {"/_log": "\n".join(log) + "\n",
                   "/_files": json.dumps({path: file[0].decode() for path, file in files.items()})}
        return self.send(200, body=answers.get(self.target, "").encode())

    def find_fault(self):
        with lock:
            for fault in faults:
                if fault[0] != self.method or not self.target.endswith(fault[1]) or fault[3] == 0:
                    continue
                fault[4] -= 1
                if fault[4] < 1:
                    fault[3] -= 1
                    return fault[2]
        return None

    def note(self, what):
        with lock:
            log.append(f"{self.method} {self.target} {what}")

    def send(self, status, *fields, body=b"", length=None):
        if not self.target.startswith("/_"):
            self.note(status)
        lines = [f"HTTP/1.1 {status} x", *fields]
        if status != 204:
            lines.append(f"Content-Length: {len(body) if length is None else length}")
        self.wfile.write("\r\n".join(lines + ["", ""]).encode() + (b"" if self.method == "HEAD" else body))
        return length is None

    def etag(self):
        body = files[self.target][0]
        return ("W/" if is_weak else "") + '"' + hashlib.md5(body).hexdigest() + '"'

    def serve(self, body, fault):
        if is_bucket:
            reason = why_unsigned(self.method, self.target, self.fields, body)
            if reason:
                return self.send(403, body=f"<Error><Code>{reason}</Code></Error>".encode())
        if token and self.fields.get("authorization") != f"Bearer {token}":
            return self.send(401)
        if fault == "tomorrow":
            return self.send(429, "Retry-After: 86400")
        if fault and fault.isdigit():
            return self.send(int(fault), *({"503": ["Retry-After: 1"], "301": ["Location: /elsewhere"]}
                                           .get(fault, [])), body=b"busy")
        if self.method == "PUT":
            return self.put(body, fault)
        if self.target not in files:
            return self.send(404)
        return self.get(fault)

    def get(self, fault):
        body, kind = files[self.target]
        fields = [f"ETag: {self.etag()}", f"Content-Type: {kind}"]
        if fault == "cut":
            return self.send(200, *fields, body=body[:len(body) // 2], length=len(body))
        if fault == "corrupt":
            body = bytes([body[0] ^ 1]) + body[1:]
        return self.send(200, *fields, body=body)

    def put(self, body, fault):
        if fault == "rival":  # another publisher comes between the look and this
            files[self.target] = (b"{}", "application/json")
        if fault == "unconditional" and ("if-match" in self.fields or "if-none-match" in self.fields):
            return self.send(501)
        is_there = self.target in files
        if "if-match" in self.fields and not (is_there and self.fields["if-match"] == self.etag()):
            return self.send(412)
        if self.fields.get("if-none-match") == "*" and is_there:
            return self.send(412)
        files[self.target] = (body, self.fields.get("content-type", ""))
        if fault == "unanswered":
            self.note("stored")
            return False
        return self.send(200 if is_there else 201, f"ETag: {self.etag()}")


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def handle_error(self, request, address):
        pass  # a client that goes away is what the tests are about


def main():
    global is_bucket, token
    words = sys.argv[1:]
    if words == ["selftest"]:
        return selftest()
    is_bucket = words[:1] == ["bucket"]
    if words and words[0].startswith("token="):
        token = words[0].removeprefix("token=")
    server = Server(("127.0.0.1", 0), Handler)
    if len(words) >= 2:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*words[-2:])
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_address[1], flush=True)
    sys.stdin.read()  # until whoever started it is gone
    return None


main()
