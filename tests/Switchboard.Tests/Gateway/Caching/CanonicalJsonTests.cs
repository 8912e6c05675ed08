using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Switchboard.Gateway.Caching;

namespace Switchboard.Tests.Gateway.Caching;

public sealed class CanonicalJsonTests
{
    [Theory]
    [InlineData("1", "1.0")]
    [InlineData("1", "10e-1")]
    [InlineData("0.5", "5E-1")]
    [InlineData("0.50", "0.5")]
    [InlineData("0", "-0.0")]
    [InlineData("0", "0e7")]
    [InlineData("1200", "1.2e+3")]
    [InlineData("-120", "-1.2E2")]
    [InlineData("123456789012345678901234567890", "1.2345678901234567890123456789e29")]
    public void Numbers_are_the_same_however_they_are_written(string one, string other) => Assert.Equal(Canonical($"[{one}]", wrap: true), Canonical($"[{other}]", wrap: true));

    [Theory]
    [InlineData("1", "10")]
    [InlineData("1", "-1")]
    [InlineData("1", "\"1\"")]
    [InlineData("0.1", "0.01")]
    [InlineData("12", "1,2")]
    [InlineData("1e2", "1e3")]
    [InlineData("0", "null")]
    [InlineData("true", "false")]
    [InlineData("\"a\",\"b\"", "\"ab\"")]
    [InlineData("[1],2", "[1,2]")]
    [InlineData("{\"a\":[]}", "{\"a\":{}}")]
    [InlineData("{\"a\":{\"b\":1}}", "{\"a\":{},\"b\":1}")]
    [InlineData("0.1234567890123456789", "0.1234567890123456788")]
    public void Values_that_differ_stay_apart(string one, string other) => Assert.NotEqual(Canonical($"[{one}]", wrap: true), Canonical($"[{other}]", wrap: true));

    [Fact]
    public void White_space_order_and_escapes_do_not_matter() =>
        Assert.Equal(
            Canonical("""{"model":"m","messages":[{"role":"user","content":"Grüße / \"x\""}],"n":1}"""),
            Canonical("""
                {
                  "n" : 1.0,
                  "messages": [ { "content": "Gr\u00fc\u00DFe \/ \u0022x\"", "role": "user" } ],
                  "m\u006fdel": "m"
                }
                """));

    [Fact]
    public void Of_a_member_that_is_there_twice_the_order_counts() => Assert.NotEqual(Canonical("""{"a":1,"a":2}"""), Canonical("""{"a":2,"a":1}"""));

    [Theory]
    [InlineData("[]")]
    [InlineData("1")]
    [InlineData("{")]
    [InlineData("""{"a":"\ud800"}""")]
    public void What_is_no_object_is_not_read(string json) => Assert.Null(CanonicalJson.Read(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void Any_document_is_the_same_shuffled_and_differs_from_itself_with_one_value_changed()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var document = Object(random, 4);
            var canonical = Canonical(document.ToJsonString());

            Assert.Equal(canonical, Canonical(Write(document, random)));
            var changed = (JsonObject)document.DeepClone();
            if (Change(changed, random))
            {
                Assert.False(canonical == Canonical(changed.ToJsonString()), $"{document.ToJsonString()}\n{changed.ToJsonString()}");
            }
        }
    }

    private static string Canonical(string json, bool wrap = false)
    {
        using var read = CanonicalJson.Read(Encoding.UTF8.GetBytes(wrap ? $$"""{"v":{{json}}}""" : json));
        Assert.NotNull(read);
        using var output = new PooledBytes(16);
        read.WriteTo(output, _ => false);
        return Convert.ToHexString(output.Written);
    }

    private static JsonObject Object(Random random, int depth) =>
        new(Enumerable.Range(0, random.Next(1, 6)).Select(i => new KeyValuePair<string, JsonNode?>($"k{random.Next(1000)}_{i}", Value(random, depth - 1))));

    private static JsonNode? Value(Random random, int depth) => random.Next(depth > 0 ? 7 : 5) switch
    {
        0 => random.Next(-1000, 1000),
        1 => random.NextDouble(),
        2 => random.Next(2) == 0,
        3 => null,
        4 => string.Concat(Enumerable.Range(0, random.Next(6)).Select(_ => "aä\"\\\n☃{}[],:"[random.Next(12)])),
        5 => new JsonArray([.. Enumerable.Range(0, random.Next(4)).Select(_ => Value(random, depth - 1))]),
        _ => Object(random, depth),
    };

    // The same, with other white space and the members in another order.
    private static string Write(JsonNode? node, Random random)
    {
        var space = new string(' ', random.Next(3)) + (random.Next(4) == 0 ? "\n" : "");
        return space + node switch
        {
            JsonObject members => $"{{{string.Join(",", members.OrderBy(_ => random.Next()).Select(member => $"{space}{JsonSerializer.Serialize(member.Key)}{space}:{Write(member.Value, random)}"))}}}",
            JsonArray items => $"[{string.Join(",", items.Select(item => Write(item, random)))}{space}]",
            JsonValue value when value.TryGetValue<int>(out var number) => string.Create(CultureInfo.InvariantCulture, $"{number}.0e0"),
            null => "null",
            _ => node.ToJsonString(),
        };
    }

    private static bool Change(JsonNode node, Random random)
    {
        switch (node)
        {
            case JsonObject members when members.Count > 0:
                var name = members.ElementAt(random.Next(members.Count)).Key;
                if (random.Next(3) == 0 || members[name] is null || !Change(members[name]!, random))
                {
                    members[name] = members[name] is null ? "new" : members[name] is JsonValue value && value.ToJsonString() == "\"changed\"" ? 1 : JsonValue.Create("changed");
                }

                return true;
            case JsonArray items when items.Count > 0:
                items.RemoveAt(random.Next(items.Count));
                return true;
            default:
                return false;
        }
    }
}
