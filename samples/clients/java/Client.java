import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A client that needs nothing but a JDK (17 or later): java Client.java chat TEXT | stream TEXT | models | embed TEXT */
public class Client {
    private static final String BASE_URL = setting("OPENAI_BASE_URL", "http://127.0.0.1:8000/v1").replaceAll("/+$", "");
    private static final String API_KEY = setting("OPENAI_API_KEY", "any");
    private static final String CHAT_MODEL = setting("CHAT_MODEL", "switchboard-tiny");
    private static final String EMBEDDING_MODEL = setting("EMBEDDING_MODEL", "switchboard-tiny-embed");
    private static final int MAX_RETRIES = Integer.parseInt(setting("OPENAI_MAX_RETRIES", "2"));

    private static final HttpClient HTTP = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();

    public static void main(String[] arguments) throws InterruptedException {
        try {
            switch (String.join(" ", arguments.length == 0 ? "" : arguments[0], String.valueOf(arguments.length))) {
                case "chat 2" -> chat(arguments[1]);
                case "stream 2" -> stream(arguments[1]);
                case "models 1" -> models();
                case "embed 2" -> embed(arguments[1]);
                default -> throw new IOException("java Client.java chat TEXT | stream TEXT | models | embed TEXT");
            }
        } catch (IOException | RuntimeException fault) {
            System.err.println(fault.getMessage() == null ? fault : fault.getMessage());
            System.exit(1);
        }
    }

    private static void chat(String text) throws IOException, InterruptedException {
        var answer = Json.read(whole(send("POST", "/chat/completions", question(text, false))));
        System.out.println(Json.at(answer, "choices", 0, "message", "content"));
    }

    private static void stream(String text) throws IOException, InterruptedException {
        var response = send("POST", "/chat/completions", question(text, true));
        try (var lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            for (String data; (data = nextEvent(lines)) != null; ) {
                if (data.equals("[DONE]")) {
                    System.out.println();
                    return;
                }
                var chunk = Json.read(data);
                if (Json.at(chunk, "error") instanceof Map<?, ?> error) {
                    throw new ApiException(0, error, response.headers());
                }
                for (var choice : (List<?>) Json.at(chunk, "choices")) {
                    if (Json.at(choice, "delta", "content") instanceof String content) {
                        System.out.print(content);
                        System.out.flush();
                    }
                }
            }
        }
        throw new IOException("The stream ended too early.");
    }

    private static void models() throws IOException, InterruptedException {
        var list = Json.read(whole(send("GET", "/models", null)));
        for (var model : (List<?>) Json.at(list, "data")) {
            System.out.println(Json.at(model, "id"));
        }
    }

    private static void embed(String text) throws IOException, InterruptedException {
        var body = "{\"model\":" + Json.text(EMBEDDING_MODEL) + ",\"input\":" + Json.text(text) + "}";
        var list = Json.read(whole(send("POST", "/embeddings", body)));
        var vector = (List<?>) Json.at(list, "data", 0, "embedding");
        System.out.println(vector.size() + " numbers: " + vector.stream().limit(3).map(String::valueOf).collect(Collectors.joining(" ")) + " ...");
    }

    private static String question(String text, boolean stream) {
        return "{\"model\":" + Json.text(CHAT_MODEL) + ",\"messages\":[{\"role\":\"user\",\"content\":" + Json.text(text) + "}]" + (stream ? ",\"stream\":true}" : "}");
    }

    /** The open answer of one call, which is tried again where that can help. */
    private static HttpResponse<InputStream> send(String method, String path, String body) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(BASE_URL + path)).header("Authorization", "Bearer " + API_KEY).timeout(Duration.ofMinutes(10));
        if (body == null) {
            request.method(method, HttpRequest.BodyPublishers.noBody());
        } else {
            request.header("Content-Type", "application/json").method(method, HttpRequest.BodyPublishers.ofString(body));
        }
        for (int attempt = 0; ; attempt++) {
            HttpHeaders told = null;
            try {
                var response = HTTP.send(request.build(), BodyHandlers.ofInputStream());
                var status = response.statusCode();
                if (status < 400) {
                    return response;
                }
                var text = whole(response);
                if (attempt >= MAX_RETRIES || !(status == 408 || status == 409 || status == 429 || status >= 500)) {
                    throw new ApiException(status, error(text), response.headers());
                }
                told = response.headers();
            } catch (IOException fault) {
                if (attempt >= MAX_RETRIES) {
                    throw fault;
                }
            }
            Thread.sleep(pause(attempt, told));
        }
    }

    private static String whole(HttpResponse<InputStream> response) throws IOException {
        try (var body = response.body()) {
            return new String(body.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** As long as the server asks for, or else twice as long each time, and never exactly. */
    private static long pause(int attempt, HttpHeaders headers) {
        for (var unit : List.of(Map.entry("retry-after-ms", 1), Map.entry("retry-after", 1000))) {
            var value = headers == null ? null : headers.firstValue(unit.getKey()).orElse(null);
            if (value != null && value.matches("\\d+(\\.\\d+)?")) {
                return (long) (Double.parseDouble(value) * unit.getValue());
            }
        }
        return (long) (Math.min(500L << attempt, 8000) * ThreadLocalRandom.current().nextDouble(0.75, 1));
    }

    private static Map<?, ?> error(String text) {
        try {
            if (Json.at(Json.read(text), "error") instanceof Map<?, ?> error) {
                return error;
            }
        } catch (RuntimeException ignored) {
            // A page of a proxy, say.
        }
        return Map.of("message", text);
    }

    /** The data of the next event, or null at the end: lines of data up to a blank line. Other fields are passed over. */
    private static String nextEvent(BufferedReader lines) throws IOException {
        var data = new ArrayList<String>();
        for (String line; (line = lines.readLine()) != null; ) {
            if (line.startsWith("data:")) {
                data.add(line.startsWith("data: ") ? line.substring(6) : line.substring(5));
            } else if (line.isEmpty() && !data.isEmpty()) {
                return String.join("\n", data);
            }
        }
        return null;
    }

    private static String setting(String name, String otherwise) {
        var value = System.getenv(name);
        return value == null || value.isEmpty() ? otherwise : value;
    }

    /** What the API says is wrong. In a stream that began well there is no status. */
    private static final class ApiException extends RuntimeException {
        private static final long serialVersionUID = 1;

        ApiException(int status, Map<?, ?> error, HttpHeaders headers) {
            super(Stream.of(status == 0 ? null : status, error.get("type"), error.get("code")).map(one -> one == null ? "-" : one.toString()).collect(Collectors.joining(" "))
                + ": " + error.get("message") + " (request " + headers.firstValue("x-request-id").orElse("-") + ")");
        }
    }

    /** As much of JSON as this needs: the JDK has none. Objects are maps, arrays lists, numbers doubles. */
    private static final class Json {
        private final String text;
        private int at;

        private Json(String text) {
            this.text = text;
        }

        static Object read(String text) {
            var json = new Json(text);
            var value = json.value();
            json.expect(json.peek() == 0);
            return value;
        }

        /** What lies at the end of the path, or null. */
        static Object at(Object value, Object... path) {
            for (var step : path) {
                value = value instanceof Map<?, ?> map ? map.get(step) : value instanceof List<?> list ? list.get((Integer) step) : null;
            }
            return value;
        }

        static String text(String value) {
            var written = new StringBuilder("\"");
            for (var c : value.toCharArray()) {
                written.append(c < ' ' ? String.format("\\u%04x", (int) c) : c == '"' || c == '\\' ? "\\" + c : String.valueOf(c));
            }
            return written.append('"').toString();
        }

        private Object value() {
            return switch (peek()) {
                case '{' -> object();
                case '[' -> array();
                case '"' -> string();
                case 't' -> word("true", true);
                case 'f' -> word("false", false);
                case 'n' -> word("null", null);
                default -> number();
            };
        }

        private Map<String, Object> object() {
            var members = new LinkedHashMap<String, Object>();
            for (at++; peek() != '}'; ) {
                expect(peek() == '"');
                var name = string();
                expect(peek() == ':');
                at++;
                members.put(name, value());
                next('}');
            }
            at++;
            return members;
        }

        private List<Object> array() {
            var items = new ArrayList<>();
            for (at++; peek() != ']'; next(']')) {
                items.add(value());
            }
            at++;
            return items;
        }

        // A comma, or the end.
        private void next(char end) {
            expect(peek() == ',' || peek() == end);
            if (peek() == ',') {
                at++;
                expect(peek() != end);
            }
        }

        private String string() {
            var value = new StringBuilder();
            for (at++; ; at++) {
                expect(at < text.length());
                var c = text.charAt(at);
                if (c == '"') {
                    at++;
                    return value.toString();
                }
                value.append(c == '\\' ? escaped() : c);
            }
        }

        private char escaped() {
            expect(++at < text.length());
            var c = text.charAt(at);
            if (c == 'u') {
                expect(at + 4 < text.length());
                at += 4;
                return (char) Integer.parseInt(text.substring(at - 3, at + 1), 16);
            }
            var index = "bfnrt".indexOf(c);
            return index < 0 ? c : "\b\f\n\r\t".charAt(index);
        }

        private Object word(String word, Object value) {
            expect(text.startsWith(word, at));
            at += word.length();
            return value;
        }

        private Double number() {
            var start = at;
            while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
                at++;
            }
            expect(at > start);
            return Double.valueOf(text.substring(start, at));
        }

        private char peek() {
            while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
                at++;
            }
            return at < text.length() ? text.charAt(at) : 0;
        }

        private void expect(boolean condition) {
            if (!condition) {
                throw new IllegalArgumentException("This is no JSON: it breaks at character " + at + ".");
            }
        }
    }
}
