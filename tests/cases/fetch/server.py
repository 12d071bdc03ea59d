#!/usr/bin/env python3
"""A web server that behaves as its paths say, on loopback. It prints its ports on one line:
the plain one, a second plain one, and one with TLS if a certificate is named.
usage: server.py [CERTIFICATE KEY]"""
import socketserver
import ssl
import sys
import threading
import time
import urllib.parse

SIZE = 1000000
BODY = bytes((i * 7 + (i >> 8)) & 255 for i in range(SIZE))
OTHER = bytes(255 - byte for byte in BODY)
counts = {}
lock = threading.Lock()


class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        try:
            self.answer()
        except OSError:
            pass

    def answer(self):
        words = self.rfile.readline(65536).split()
        if len(words) < 2:
            return
        self.fields = {}
        for line in iter(self.rfile.readline, b"\r\n"):
            if not line:
                return
            name, _, value = line.decode().partition(":")
            self.fields[name.lower()] = value.strip()
        target = urllib.parse.urlsplit(words[1].decode())
        self.query = {key: values[0] for key, values in
                      urllib.parse.parse_qs(target.query).items()}
        name = target.path.strip("/").replace("-", "_")
        with lock:
            self.number = counts[name] = counts.get(name, 0) + 1
        getattr(self, "do_" + name, self.do_404)()

    def send(self, status, *fields, body=b"", length=None):
        lines = [f"HTTP/1.1 {status} x", "Connection: close", *fields]
        lines.append(f"Content-Length: {len(body) if length is None else length}")
        self.wfile.write("\r\n".join(lines + ["", ""]).encode() + body)

    def serve(self, body=BODY, etag='"a"', cut=None, start=None):
        """The body or the range that is asked for; at most `cut` bytes of what is announced."""
        validator = [f"ETag: {etag}"] if etag else []
        wanted = self.fields.get("range", "")
        fits = etag and self.fields.get("if-range") == etag and not etag.startswith("W/")
        if wanted and fits:
            first = int(wanted[len("bytes="):-1])
            part = body[first:]
            told = first if start is None else start
            validator.append(f"Content-Range: bytes {told}-{len(body) - 1}/{len(body)}")
            self.send(206, *validator, body=part[:cut], length=len(part))
        else:
            self.send(200, *validator, body=body[:cut], length=len(body))

    def do_plain(self):
        self.serve()

    def do_other(self):
        self.serve(OTHER, '"b"')

    def do_empty(self):
        self.serve(b"")

    def do_flaky(self):
        self.serve(cut=300000)

    def do_flaky_weak(self):
        self.serve(etag='W/"a"', cut=300000 if self.number < 3 else None)

    def do_flaky_dated(self):
        fields = ["Last-Modified: Fri, 17 Nov 2023 10:00:00 GMT",
                  "Date: Sat, 18 Nov 2023 12:00:00 GMT"]
        if self.fields.get("if-range") == fields[0].partition(": ")[2]:
            first = int(self.fields["range"][len("bytes="):-1])
            fields.append(f"Content-Range: bytes {first}-{SIZE - 1}/{SIZE}")
            self.send(206, *fields, body=BODY[first:])
        else:
            self.send(200, *fields, body=BODY[:300000], length=SIZE)

    def do_changes(self):
        if self.number == 1:
            self.serve(OTHER, '"b"', cut=300000)
        else:
            self.serve()

    def do_changes_silently(self):
        """Another body under the same tag: only a checksum can tell."""
        if self.number == 1:
            self.serve(OTHER, cut=300000)
        else:
            self.serve()

    def do_misplaced(self):
        self.serve(cut=300000 if self.number == 1 else None, start=17)

    def do_short(self):
        self.serve(etag=None, cut=300000)

    def do_404(self):
        self.send(404, body=b"no such thing")

    def do_403(self):
        self.send(403, body=b"x" * 10000000)

    def do_416(self):
        if "range" in self.fields:
            self.send(416)
        else:
            self.serve(cut=300000 if self.number == 1 else None)

    def do_503(self):
        self.send(503)

    def do_503_twice(self):
        if self.number < 3:
            self.send(503, body=b"busy")
        else:
            self.serve()

    def do_429(self):
        if self.number == 1:
            self.send(429, "Retry-After: 1")
        else:
            self.serve()

    def do_429_long(self):
        self.send(429, "Retry-After: 86400")

    def do_huge(self):
        self.send(200, length=10 << 30)

    def do_endless(self):
        self.wfile.write(b"HTTP/1.1 200 x\r\nConnection: close\r\n\r\n")
        while True:
            self.wfile.write(bytes(65536))

    def do_endless_head(self):
        self.wfile.write(b"HTTP/1.1 200 x\r\n")
        while True:
            self.wfile.write(b"X-Filler: " + b"x" * 1000 + b"\r\n")

    def do_slow(self):
        self.send(200, length=1000)
        while True:
            time.sleep(0.05)
            self.wfile.write(b"x")

    def do_escape(self):
        self.wfile.write(b"\x1b[31m\r\n\r\n")

    def do_loop(self):
        self.send(302, "Location: /loop")

    def do_nowhere(self):
        self.send(302)

    def do_redirect(self):
        self.send(int(self.query.get("code", "302")), f"Location: {self.query['to']}",
                  body=b"over there")

    def do_count(self):
        self.send(200, body=str(counts.get(self.query["of"], 0)).encode())


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def handle_error(self, request, address):
        pass  # a client that goes away is what the tests are about


def main():
    servers = [Server(("127.0.0.1", 0), Handler) for _ in range(2)]
    if len(sys.argv) > 2:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[1], sys.argv[2])
        server = Server(("127.0.0.1", 0), Handler)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        servers.append(server)
    for server in servers:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    print(*[server.server_address[1] for server in servers], flush=True)
    sys.stdin.read()  # until whoever started it is gone


main()
