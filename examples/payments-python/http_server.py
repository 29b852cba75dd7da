"""A small HTTP/1.1 server with keep-alive connections and one thread per connection, for the protocol between processes."""

import socket
import threading
import time
from http import HTTPStatus

MAX_HEADER_BYTES = 64 * 1024
MAX_BODY_BYTES = 8 * 1024 * 1024
MAX_LENGTH_DIGITS = 20
MAX_CHUNK_LINE_BYTES = 100
IDLE_S = 75
STACK_BYTES = 512 * 1024
REASONS = {status.value: status.phrase for status in HTTPStatus}


class Request:
    __slots__ = ("method", "path", "headers", "body")

    def __init__(self, method, path, headers, body):
        self.method = method
        self.path = path
        # Names are in lower case.
        self.headers = headers
        self.body = body


class Response:
    """`body`: bytes, or an iterator of bytes that is streamed until it ends or the client disconnects."""

    __slots__ = ("status", "headers", "body")

    def __init__(self, status, body=b"", headers=()):
        self.status = status
        self.body = body
        self.headers = headers


class BadRequest(Exception):
    """The bytes are not a valid HTTP request. `args`: status and reason."""


class HttpServer:
    """Calls answer(request) -> Response for each request. `finished()` runs at the end of each connection's thread."""

    def __init__(self, address, port, answer, finished):
        self._answer = answer
        self._finished = finished
        self._listener = socket.create_server((address, port), backlog=512, reuse_port=False)
        self._lock = threading.Lock()
        self._connections = {}
        self._stopping = False
        threading.stack_size(STACK_BYTES)

    @property
    def port(self):
        return self._listener.getsockname()[1]

    def serve(self):
        """Accepts connections until stop()."""
        while not self._stopping:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                if self._stopping:
                    return
                # Probably too many open files: retry when other connections are closed
                time.sleep(0.05)
                continue
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            thread = threading.Thread(target=self._serve_connection, args=(connection,), daemon=True)
            with self._lock:
                self._connections[connection] = "idle"
            thread.start()

    def stop(self, timeout_s):
        """Accepts no new connections, answers received requests, and closes all connections, within timeout_s."""
        self._stopping = True
        # Interrupts the accept() of the other thread, which close() does not
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            for connection, state in self._connections.items():
                if state == "idle":
                    _shut(connection, socket.SHUT_RD)
        until = time.monotonic() + timeout_s
        while self._connections and time.monotonic() < until:
            time.sleep(0.01)

    def _serve_connection(self, connection):
        try:
            connection.settimeout(IDLE_S)
            with connection.makefile("rb") as reader:
                while self._serve_request(connection, reader) and not self._stopping:
                    pass
        except (OSError, ValueError):
            pass
        finally:
            with self._lock:
                del self._connections[connection]
            connection.close()
            self._finished()

    def _serve_request(self, connection, reader):
        """Reads one request and answers it. Returns whether another request may follow."""
        first = reader.readline(MAX_HEADER_BYTES)
        if not first:
            return False
        self._connections[connection] = "busy"
        try:
            request, keep_alive = _read_request(first, reader, connection)
        except BadRequest as error:
            status, detail = error.args
            _send(connection, Response(status, detail.encode(), [("Content-Type", "text/plain")]), keep_alive=False)
            return False
        response = self._answer(request)
        keep_alive = keep_alive and not self._stopping
        if isinstance(response.body, bytes):
            _send(connection, response, keep_alive, without_body=request.method == "HEAD")
        else:
            _stream(connection, response)
        self._connections[connection] = "idle"
        return keep_alive


def _read_request(first, reader, connection):
    parts = first.decode("latin-1").rstrip("\r\n").split(" ")
    if len(parts) != 3 or not parts[2].startswith("HTTP/1."):
        raise BadRequest(400, "the request is not HTTP/1.1")
    method, target, version = parts
    headers = {}
    size = 0
    while (line := reader.readline(MAX_HEADER_BYTES)) not in (b"\r\n", b"\n"):
        size += len(line)
        name, colon, value = line.decode("latin-1").partition(":")
        if not colon or name != name.strip() or size > MAX_HEADER_BYTES:
            raise BadRequest(431 if size > MAX_HEADER_BYTES else 400, "the headers cannot be read")
        name, value = name.lower(), value.strip()
        if name in ("content-length", "host", "transfer-encoding") and name in headers:
            raise BadRequest(400, f"the header {name} occurs twice")
        headers[name] = value
    if headers.get("expect", "").lower() == "100-continue":
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
    body = _read_body(headers, reader)
    option = headers.get("connection", "").lower()
    keep_alive = option != "close" and (version != "HTTP/1.0" or option == "keep-alive")
    return Request(method, target.partition("?")[0], headers, body), keep_alive


def _read_body(headers, reader):
    if "transfer-encoding" in headers:
        if headers["transfer-encoding"].lower() != "chunked" or "content-length" in headers:
            raise BadRequest(400, "the length of the body is ambiguous")
        return _read_chunks(reader)
    text = headers.get("content-length", "0")
    if not (text.isascii() and text.isdigit() and len(text) <= MAX_LENGTH_DIGITS):
        raise BadRequest(400, f"the header content-length is not a number of at most {MAX_LENGTH_DIGITS} digits")
    length = int(text)
    if length > MAX_BODY_BYTES:
        raise BadRequest(413, f"the body has more than {MAX_BODY_BYTES} bytes")
    return _read_exactly(reader, length)


def _read_chunks(reader):
    chunks, size = [], 0
    while True:
        line = reader.readline(MAX_CHUNK_LINE_BYTES)
        digits = line.split(b";")[0].strip()
        # int() also accepts signs, underscores and the prefix 0x
        if not line.endswith(b"\n") or not digits or digits.strip(b"0123456789abcdefABCDEF"):
            raise BadRequest(400, "the size of a chunk cannot be read")
        length = int(digits, 16)
        size += length
        if size > MAX_BODY_BYTES:
            raise BadRequest(413, f"the body has more than {MAX_BODY_BYTES} bytes")
        if length == 0:
            while reader.readline(MAX_HEADER_BYTES) not in (b"\r\n", b"\n", b""):
                pass
            return b"".join(chunks)
        chunks.append(_read_exactly(reader, length))
        if reader.readline(2) not in (b"\r\n", b"\n"):
            raise BadRequest(400, "a chunk does not end after its size")


def _read_exactly(reader, length):
    data = reader.read(length) if length else b""
    if len(data) < length:
        raise BadRequest(400, "the body is shorter than its length")
    return data


def _send(connection, response, keep_alive, without_body=False):
    head = [f"HTTP/1.1 {response.status} {REASONS.get(response.status, '')}"]
    head.extend(f"{name}: {value}" for name, value in response.headers)
    if response.status != 204:
        head.append(f"Content-Length: {len(response.body)}")
    if not keep_alive:
        head.append("Connection: close")
    data = "\r\n".join(head).encode("latin-1") + b"\r\n\r\n"
    connection.sendall(data if without_body else data + response.body)


def _stream(connection, response):
    head = [f"HTTP/1.1 {response.status} OK", *(f"{name}: {value}" for name, value in response.headers)]
    connection.sendall("\r\n".join([*head, "Transfer-Encoding: chunked", "", ""]).encode("latin-1"))
    for piece in response.body:
        connection.sendall(b"%x\r\n%b\r\n" % (len(piece), piece))
    connection.sendall(b"0\r\n\r\n")


def _shut(connection, how):
    try:
        connection.shutdown(how)
    except OSError:
        pass
