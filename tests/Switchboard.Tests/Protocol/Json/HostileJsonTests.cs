using System.Buffers;
using System.Text;
using System.Text.Json;
using Switchboard.Protocol.Json;
using Switchboard.Protocol.Json.Codecs;

namespace Switchboard.Tests.Protocol.Json;

/// <summary>JSON from someone who means ill: it is read, or refused with a <see cref="JsonException"/>, and nothing else.</summary>
public sealed class HostileJsonTests
{
    private static readonly byte[] s_sample = Encoding.UTF8.GetBytes(
        """{"id":"c\u00e91 é👋","created":1.7e9,"choices":[ {"index":0,"text":"a\n","parts":[{"type":"text","text":"x"},{"type":"v","f":[-1.5,{}]}]}],"usage":{"cost":0.5},"metadata":{"z":"1"},"x":{"y":[true,false,null,"\ud83d\udc4b"]}}""");

    private static readonly JsonDocumentOptions s_strict = new() { MaxDepth = 128, AllowDuplicateProperties = false };

    [Fact]
    public void No_text_that_is_cut_short_is_read()
    {
        for (var length = 0; length < s_sample.Length; length++)
        {
            var json = s_sample[..length];

            var fault = Assert.Throws<JsonException>(() => WireJson.Deserialize<SampleCompletion>(json));

            Assert.True(fault is { Path: not null, LineNumber: not null, BytePositionInLine: not null }, fault.ToString());
        }

        Assert.NotNull(WireJson.Deserialize<SampleCompletion>(s_sample));
    }

    [Fact]
    public void However_a_byte_is_changed_it_is_taken_for_json_just_when_the_framework_says_so()
    {
        var refused = 0;
        for (var i = 0; i < s_sample.Length; i++)
        {
            for (var value = 0; value < 256; value++)
            {
                var json = s_sample.ToArray();
                json[i] = (byte)value;

                var isRead = Reads<RawJson, RawJson>(json);

                refused += isRead ? 0 : 1;
                if (isRead != IsValid(json))
                {
                    Assert.Fail($"Byte {i} as {value:x2}: {isRead} for {Encoding.UTF8.GetString(json)}");
                }
            }
        }

        Assert.InRange(refused, 256, (256 * s_sample.Length) - s_sample.Length);
    }

    [Fact]
    public void Whatever_is_made_of_the_parts_of_json_is_taken_for_it_just_when_the_framework_says_so()
    {
        var random = new Random(20261121);
        var taken = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var text = new StringBuilder();
            JsonSoup.Value(random, text, depth: 0);
            for (var changes = random.Next(4); changes > 0; changes--)
            {
                JsonSoup.Change(random, text);
            }

            var json = Encoding.UTF8.GetBytes(text.ToString());
            var isRead = Reads<RawJson, RawJson>(json);

            Assert.True(isRead == IsValid(json), $"{isRead} for {text}");
            taken += isRead ? 1 : 0;
        }

        Assert.InRange(taken, 5_000, 15_000);
    }

    [Fact]
    public void A_strings_end_is_found_wherever_it_stands()
    {
        string[] ends = ["\"", "\\\"\"", "\\u0041\"", "\\", "\\u004", "\n\"", "\u001f\"", "\u0000\"", "", "\u007f\"", "é\"", "\\ud83d\\udc4b\""];
        for (var length = 0; length < 100; length++)
        {
            foreach (var end in ends)
            {
                foreach (var behind in new[] { "", "]", "]" + new string(' ', 40), ",\"" + new string('b', 40) + "\"]" })
                {
                    var json = Encoding.UTF8.GetBytes("[\"" + new string('a', length) + end + behind);

                    Assert.Equal(IsValid(json), Reads<RawJson, RawJson>(json));
                    Assert.Equal(IsValid(json), Reads<IReadOnlyList<string>, ListCodec<string, StringCodec>>(json));
                }
            }
        }
    }

    [Fact]
    public void However_a_byte_is_changed_a_typed_object_is_read_or_refused()
    {
        for (var i = 0; i < s_sample.Length; i++)
        {
            for (var bit = 0; bit < 8; bit++)
            {
                var json = s_sample.ToArray();
                json[i] ^= (byte)(1 << bit);

                // What the types take is at least JSON.
                Assert.False(Reads<SampleCompletion, SampleCompletion>(json) && !IsValid(json), Encoding.UTF8.GetString(json));
            }
        }
    }

    [Theory]
    [InlineData(128, true)]
    [InlineData(129, false)]
    [InlineData(100_000, false)]
    public void Values_are_at_most_128_deep(int depth, bool isRead)
    {
        var arrays = Encoding.UTF8.GetBytes(new string('[', depth) + new string(']', depth));
        var objects = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"a\":", depth - 1)) + "{}" + new string('}', depth - 1));

        Assert.Equal(isRead, Reads<RawJson, RawJson>(arrays));
        Assert.Equal(isRead, Reads<RawJson, RawJson>(objects));
        Assert.Equal(isRead, Reads<Nest, Nest>(arrays));
        Assert.False(Reads<RawJson, RawJson>(arrays.AsSpan(0, depth)));
        Assert.False(Reads<SampleUsage, SampleUsage>([.. "{\"x\":"u8, .. arrays, (byte)'}']) && depth > 127);
    }

    [Fact]
    public void The_path_to_the_depths_is_told()
    {
        var fault = Assert.Throws<JsonException>(() => RawJson.Parse(string.Concat(Enumerable.Repeat("{\"a\":[", 100_000))));

        Assert.Equal("$" + string.Concat(Enumerable.Repeat(".a[0]", 63)) + ".a", fault.Path);
    }

    [Theory]
    [InlineData("\"\\ud800\"")]
    [InlineData("\"\\udc00\"")]
    [InlineData("\"\\uD83D\\uD83D\\uDC4B\"")]
    [InlineData("\"\\ud83d\\n\"")]
    [InlineData("\"\\ud83d\\u0041\"")]
    [InlineData("\"\\ud83d \\udc4b\"")]
    [InlineData("\"\\\\\\ud83d\"")]
    public void Half_a_surrogate_pair_is_refused_wherever_it_stands(string text)
    {
        Assert.False(Reads<string, StringCodec>(Encoding.UTF8.GetBytes(text)));
        Assert.False(Reads<ReadOnlyMemory<byte>, Base64Codec>(Encoding.UTF8.GetBytes(text)));
        Assert.False(Reads<RawJson, RawJson>(Encoding.UTF8.GetBytes(text)));
        Assert.False(Reads<RawJson, RawJson>(Encoding.UTF8.GetBytes($"[{text}]")));
        Assert.False(Reads<RawJson, RawJson>(Encoding.UTF8.GetBytes($"{{{text}:1}}")));
        Assert.False(Reads<SampleUsage, SampleUsage>(Encoding.UTF8.GetBytes($"{{{text}:1}}")));
        Assert.False(Reads<SamplePart, SamplePart>(Encoding.UTF8.GetBytes($"{{\"type\":{text}}}")));
        Assert.False(Reads<SamplePart, SamplePart>(Encoding.UTF8.GetBytes($"{{{text}:1}}")));
        Assert.Throws<JsonException>(() => new WireReader(Encoding.UTF8.GetBytes(text)).ValueEquals("a"u8));
    }

    [Theory]
    [InlineData("\"\\\\ud83d\"")]
    [InlineData("\"\\ud83d\\udc4b\\ud83d\\udc4b\"")]
    [InlineData("\"\\uD83D\\uDC4B\\\\\"")]
    [InlineData("\"\\\"\\ud7ff\\ue000\"")]
    public void Escapes_that_only_look_like_one_are_read(string text) =>
        Assert.Equal(JsonDocument.Parse(text).RootElement.GetString(), WireJson.Deserialize<string, StringCodec>(text));

    [Theory]
    [InlineData("\"a\0b\"")]
    [InlineData("\"a\tb\"")]
    [InlineData("\"\\x\"")]
    [InlineData("\"\\u12g4\"")]
    [InlineData("'a'")]
    [InlineData("NaN")]
    [InlineData("-")]
    [InlineData("+1")]
    [InlineData(".5")]
    [InlineData("5.")]
    [InlineData("1e")]
    [InlineData("0x1")]
    [InlineData("01")]
    [InlineData("[1,]")]
    [InlineData("[,1]")]
    [InlineData("{\"a\":1,}")]
    [InlineData("{a:1}")]
    [InlineData("{\"a\"}")]
    [InlineData("{1:1}")]
    [InlineData("[1}")]
    [InlineData("//\n1")]
    [InlineData("1 2")]
    [InlineData("{}]")]
    [InlineData("\"a\" \uFEFF")]
    [InlineData("\u00a01")]
    public void Other_dialects_are_refused(string json) => Assert.False(Reads<RawJson, RawJson>(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void A_hundred_thousand_members_are_told_apart_in_one_pass()
    {
        var distinct = Names(100_000);
        var nested = string.Concat("{\"a\":[", string.Join(',', Enumerable.Repeat("{\"a\":1,\"b\":{\"a\":2}}", 50_000)), "]}");

        Assert.True(Reads<RawJson, RawJson>(Encoding.UTF8.GetBytes("{" + distinct + "}")));
        Assert.True(Reads<SampleUsage, SampleUsage>(Encoding.UTF8.GetBytes("{" + distinct + "}")));
        Assert.True(Reads<RawJson, RawJson>(Encoding.UTF8.GetBytes(nested)));
        Assert.False(Reads<RawJson, RawJson>(Encoding.UTF8.GetBytes("{" + distinct + ",\"n\\u003777\":1}")));
        Assert.False(Reads<SampleUsage, SampleUsage>(Encoding.UTF8.GetBytes("{" + distinct + ",\"n777\":1}")));

        static string Names(int count) => string.Join(',', Enumerable.Range(0, count).Select(i => $"\"n{(i % 2 == 0 ? i.ToString() : $"\\u003{i % 10}{i}")}\":1"));
    }

    [Fact]
    public void A_name_may_come_again_in_another_object()
    {
        const string Json = """{"a":{"a":{"a":[{"a":1},{"a":2}]},"b":1},"b":{"a":1}}""";

        Assert.Equal(Json, RawJson.Parse(Json).ToString());
        Assert.False(Reads<RawJson, RawJson>("""{"a":{"a":{"a":[{"a":1},{"a":2}]},"b":1},"b":1,"a":1}"""u8));
        Assert.False(Reads<RawJson, RawJson>("""[{"a":{"b":1},"\u0061":2}]"""u8));
    }

    [Fact]
    public void What_is_skipped_is_checked_like_what_is_kept()
    {
        string[] wrong = ["{\"a\":1,\"a\":2}", "[\"\\ud800\"]", "\"\\ud800\"", "[1,]", "{\"\\udc00\":1}"];
        foreach (var json in wrong)
        {
            Assert.False(Reads<string, Skipping>(Encoding.UTF8.GetBytes(json)), json);
        }

        Assert.True(Reads<string, Skipping>("""{"a":[1,{"a":"\ud83d\udc4b"}]}"""u8));
        Assert.False(Reads<string, Skipping>([(byte)'[', (byte)'"', 0x80, (byte)'"', (byte)']']));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(4096)]
    public void The_bytes_may_come_in_pieces(int size)
    {
        var whole = WireJson.Deserialize<SampleCompletion>(s_sample);

        Assert.Equal(whole, WireJson.Deserialize<SampleCompletion>(Pieces.Of(s_sample, size)));
        Assert.Throws<JsonException>(() => WireJson.Deserialize<SampleCompletion>(Pieces.Of(s_sample[..^1], size)));
        Assert.Throws<JsonException>(() => WireJson.Deserialize<SampleCompletion>(ReadOnlySequence<byte>.Empty));
    }

    private static bool Reads<T, TCodec>(ReadOnlySpan<byte> json)
        where TCodec : IWireCodec<T>
    {
        try
        {
            WireJson.Deserialize<T, TCodec>(json);
            return true;
        }
        catch (JsonException fault)
        {
            Assert.True(fault is { Path: not null, LineNumber: not null, BytePositionInLine: not null }, fault.ToString());
            return false;
        }
    }

    // The framework takes invalid UTF-8 and halves of pairs for text until it is asked for it.
    private static bool IsValid(byte[] json)
    {
        try
        {
            _ = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(json);
            using var document = JsonDocument.Parse(json, s_strict);
            AskForText(document.RootElement);
            return true;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or ArgumentException)
        {
            return false;
        }
    }

    private static void AskForText(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                element.GetString();
                break;
            case JsonValueKind.Array:
                foreach (var child in element.EnumerateArray())
                {
                    AskForText(child);
                }

                break;
            case JsonValueKind.Object:
                foreach (var member in element.EnumerateObject())
                {
                    _ = member.Name;
                    AskForText(member.Value);
                }

                break;
        }
    }

    private static class Pieces
    {
        public static ReadOnlySequence<byte> Of(byte[] bytes, int size)
        {
            var first = new Piece(bytes.AsMemory(0, Math.Min(size, bytes.Length)), 0);
            var last = first;
            for (var i = size; i < bytes.Length; i += size)
            {
                last = last.Append(bytes.AsMemory(i, Math.Min(size, bytes.Length - i)));
            }

            return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
        }
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(ReadOnlyMemory<byte> memory, long start)
        {
            Memory = memory;
            RunningIndex = start;
        }

        public Piece Append(ReadOnlyMemory<byte> memory)
        {
            var next = new Piece(memory, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }

    /// <summary>Lists of lists, read by the codec's own recursion.</summary>
    private sealed class Nest : IWireCodec<Nest>
    {
        public static Nest Read(ref WireReader reader)
        {
            ListCodec<Nest, Nest>.Read(ref reader);
            return new Nest();
        }

        public static void Write(ref WireWriter writer, Nest value) => writer.WriteNull();
    }

    private readonly struct Skipping : IWireCodec<string>
    {
        public static string Read(ref WireReader reader)
        {
            reader.Skip();
            return "";
        }

        public static void Write(ref WireWriter writer, string value) => writer.WriteNull();
    }
}
