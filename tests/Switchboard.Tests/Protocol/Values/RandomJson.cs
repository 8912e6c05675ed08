using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Switchboard.Protocol.Json;

namespace Switchboard.Tests.Protocol.Values;

/// <summary>Random text and JSON with everything in it that has to be escaped, kept or counted right.</summary>
internal static class RandomJson
{
    private const int MaxDepth = 3;

    private static readonly string[] s_pieces =
        ["a", "Z", "0", " ", "\"", "\\", "/", "\n", "\t", "\0", "\u001f", "\u007f", "é", "\u2028", "中", "😀", "<b>", "\ufeff", "type", "null"];

    // One escapes all that it may, the other only what it must.
    private static readonly JsonSerializerOptions[] s_spellings =
        [new() { Encoder = JavaScriptEncoder.Default }, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }];

    public static string Text(Random random, int maxPieces) =>
        string.Concat(Enumerable.Range(0, random.Next(maxPieces + 1)).Select(_ => s_pieces[random.Next(s_pieces.Length)]));

    public static double Number(Random random) => random.Next(5) switch
    {
        0 => 0,
        1 => random.Next(-1000, 1000),
        2 => random.NextDouble(),
        3 => (float)random.NextDouble(),
        _ => (random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-300, 300)),
    };

    public static RawJson Value(Random random, int depth = 0) => RawJson.Parse(Spelled(random, depth));

    /// <summary>An object whose first member says what it is.</summary>
    public static RawJson Tagged(Random random, string tag, string value) =>
        RawJson.Parse($$"""{{{Quoted(random, tag)}}:{{Quoted(random, value)}}{{string.Concat(Members(random, 1).Select(member => "," + member))}}}""");

    /// <summary>A value of one kind.</summary>
    public static RawJson OfKind(Random random, JsonValueKind kind) => RawJson.Parse(kind switch
    {
        JsonValueKind.String => Quoted(random, Text(random, 3)),
        JsonValueKind.Number => Number(random).ToString("R", CultureInfo.InvariantCulture),
        JsonValueKind.True => "true",
        JsonValueKind.Array => "[null]",
        _ => "{\"x_\":1}",
    });

    private static string Spelled(Random random, int depth) => random.Next(depth < MaxDepth ? 8 : 5) switch
    {
        0 => "null",
        1 => random.Next(2) == 0 ? "true" : "false",
        2 => Number(random).ToString("R", CultureInfo.InvariantCulture),
        3 => "123456789012345678901234567890.1230",
        4 => Quoted(random, Text(random, 6)),
        5 => "[" + string.Join(" , ", Enumerable.Range(0, random.Next(3)).Select(_ => Spelled(random, depth + 1))) + "]",
        _ => "{ " + string.Join(",", Members(random, depth)) + "}",
    };

    // Names must differ: an index in each makes them.
    private static IEnumerable<string> Members(Random random, int depth) =>
        Enumerable.Range(0, random.Next(3)).Select(index => $"{Quoted(random, $"x_{index}{Text(random, 2)}")}: {Spelled(random, depth + 1)}");

    private static string Quoted(Random random, string text) =>
        Encoding.UTF8.GetString(JsonSerializer.SerializeToUtf8Bytes(text, s_spellings[random.Next(2)]));
}
