using System.Globalization;
using System.Text;
using System.Text.Json;
using Switchboard.Protocol.Sse;
using Switchboard.Testing.Places;

namespace Switchboard.Tests.Protocol.Sse;

/// <summary>
/// Fifty streams, and what the SDKs for Python (3.3.1) and Node (7.55.0) made of them. Where the two agree we do the
/// same; where they do not, or both fail by accident, the table here says what we do, and docs/wire-behaviour.md why.
/// </summary>
public sealed class SseVectorTests
{
    private const string Error = "error";
    private const string NoJson = "no JSON";
    private const string Cut = "cut";

    // Streams whose events the SDKs tell apart differently: ours are those of Node.
    private static readonly string[] s_disputedEvents =
        ["BOM at start", "unterminated last event", "unterminated last line", "DONE with no blank line after"];

    // What a client of ours gets, where the SDKs' clients get different things or different exceptions.
    private static readonly Dictionary<string, string[]> s_disputedAnswers = new()
    {
        ["BOM at start"] = ["""{"a":1}"""],
        ["unterminated last event"] = ["""{"a":1}""", """{"a":2}"""],
        ["unterminated last line"] = ["""{"a":1}""", """{"a":2}"""],
        ["event without data"] = [],
        ["two dataless events"] = [],
        ["field without colon"] = [],
        ["DONE with blanks"] = ["""{"a":1}"""],
        ["DONE prefix text"] = ["""{"a":1}""", NoJson],
        ["event: error without error key"] = [Error],
        ["error string"] = [Error],
        ["bad json"] = ["""{"a":1}""", NoJson],
        ["nan"] = [NoJson],
    };

    public static TheoryData<int> Sizes => [0, 1, 2, 7, 4096];

    /// <summary>0: the vector's own pieces.</summary>
    [Theory]
    [MemberData(nameof(Sizes))]
    public async Task The_events_are_those_of_the_sdks_where_they_agree(int bytesPerRead)
    {
        using var vectors = Vectors();
        var (agreed, differing) = (0, new List<string>());

        foreach (var vector in vectors.RootElement.EnumerateArray())
        {
            var name = vector.GetProperty("name").GetString()!;
            var node = Events(vector.GetProperty("node_7_55_0"));
            var python = Events(vector.GetProperty("python_3_3_1"));

            var events = await ReadAsync(vector, bytesPerRead);

            AssertSame(name, node.Select(e => (e.Type, e.Data)), events.Select(e => (e.Type, Utf8(e.Data))));
            if (vector.GetProperty("same_events").GetBoolean())
            {
                AssertSame(name, python, events.Select(e => (e.Type, Utf8(e.Data), e.LastEventId, e.Retry)));
                agreed++;
            }
            else
            {
                differing.Add(name);
            }
        }

        Report(agreed, differing);
        Assert.Equal(46, agreed);
        Assert.Equal(s_disputedEvents, differing);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public async Task A_client_gets_what_the_sdks_give_where_they_agree(int bytesPerRead)
    {
        using var vectors = Vectors();
        var (agreed, differing) = (0, new List<string>());

        foreach (var vector in vectors.RootElement.EnumerateArray())
        {
            var name = vector.GetProperty("name").GetString()!;

            var answers = Answers(await ReadAsync(vector, bytesPerRead));

            if (vector.GetProperty("same_stream").GetBoolean())
            {
                var expected = vector.GetProperty("node_7_55_0").GetProperty("stream").EnumerateArray().Select(AnswerOfSdk);
                AssertSame(name, expected, answers);
                agreed++;
            }
            else
            {
                Assert.True(s_disputedAnswers.TryGetValue(name, out var ours), $"The SDKs disagree on '{name}', and nothing says what we do.");
                AssertSame(name, ours, answers);
                differing.Add(name);
            }
        }

        Report(agreed, differing);
        Assert.Equal(38, agreed);
        Assert.Equal(s_disputedAnswers.Keys.Order(), differing.Order());
    }

    // What a client does with the events it is told of.
    private static List<string> Answers(IEnumerable<ReadEvent> events)
    {
        var answers = new List<string>();
        foreach (var e in events)
        {
            switch (e.Kind)
            {
                case SseEventKind.Done:
                    return answers;
                case SseEventKind.Error:
                    answers.Add(Error);
                    return answers;
                case SseEventKind.Truncated:
                    answers.Add(Cut);
                    return answers;
                case SseEventKind.Data when !IsJson(Utf8(e.Data)):
                    answers.Add(NoJson);
                    return answers;
                case SseEventKind.Data:
                    // Both SDKs show the name of an event of a thread.
                    answers.Add(e.Type.StartsWith("thread.", StringComparison.Ordinal) ? Normal($$"""{"event":"{{e.Type}}","data":{{Utf8(e.Data)}}}""") : Normal(Utf8(e.Data)));
                    break;
            }
        }

        return answers;
    }

    private static string AnswerOfSdk(JsonElement answer) =>
        answer.ValueKind != JsonValueKind.Object || !answer.TryGetProperty("__exception", out var exception) ? Normal(answer.GetRawText())
        : exception.GetString() == "APIError" ? Error
        : NoJson;

    private static IEnumerable<(string Type, string Data, string Id, int? Retry)> Events(JsonElement sdk) =>
        from e in sdk.GetProperty("events").EnumerateArray()
        select (
            e.GetProperty("event").GetString() ?? "",
            e.GetProperty("data").GetString()!,
            e.TryGetProperty("id", out var id) ? id.GetString() ?? "" : "",
            e.TryGetProperty("retry", out var retry) && retry.ValueKind == JsonValueKind.Number ? retry.GetInt32() : (int?)null);

    private static Task<List<ReadEvent>> ReadAsync(JsonElement vector, int bytesPerRead)
    {
        var pieces = vector.GetProperty("chunks_hex").EnumerateArray().Select(hex => Convert.FromHexString(hex.GetString()!)).ToArray();
        return ReadEvent.ReadAllAsync(bytesPerRead == 0
            ? pieces.Select(piece => new ReadOnlyMemory<byte>(piece))
            : Cuts.Of([.. pieces.SelectMany(piece => piece)], bytesPerRead));
    }

    private static JsonDocument Vectors()
    {
        Assert.SkipWhen(SharedFolder.SkipReason is not null, SharedFolder.SkipReason ?? "");

        // Python's NaN, in what a stream's JSON was read as, is not JSON.
        var text = File.ReadAllText(SharedFolder.Combine("fixtures", "vectors", "sse.json"));
        return JsonDocument.Parse(text.Replace(": NaN", ": \"NaN\"", StringComparison.Ordinal));
    }

    private static void Report(int agreed, List<string> differing) => TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"The SDKs agree on {agreed} streams, and we with them; they differ on {differing.Count}: {string.Join(" · ", differing)}."));

    // With the name in each, a difference tells where it is.
    private static void AssertSame<T>(string name, IEnumerable<T> expected, IEnumerable<T> actual) =>
        Assert.Equal(expected.Select(item => $"{name}: {item}"), actual.Select(item => $"{name}: {item}"));

    private static bool IsJson(string text)
    {
        try
        {
            JsonDocument.Parse(text).Dispose();
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    // Without blanks and needless escapes; half a character has to stay one.
    private static string Normal(string json)
    {
        using var document = JsonDocument.Parse(json);
return json.Contains("\\ud83d\"", StringComparison.Ordinal) ? string.Concat(json.Where(c => !char.IsWhiteSpace(c))) : JsonSerializer.Serialize(document.RootElement);
    }

    private static string Utf8(string bytes) => Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(bytes));
}
