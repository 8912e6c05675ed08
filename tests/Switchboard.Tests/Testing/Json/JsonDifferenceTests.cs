using System.Text;
using System.Text.Json;
using Switchboard.Testing.Json;

namespace Switchboard.Tests.Testing.Json;

public sealed class JsonDifferenceTests
{
    [Theory]
    [InlineData("""{"a":1,"b":[true,null]}""", """ { "b" : [ true , null ] , "a" : 1 } """)]
    [InlineData(""" "é\n/" """, """ "\u00e9\u000a\/" """)]
    [InlineData("""{"\u0061":1}""", """{"a":1}""")]
    [InlineData("1", "1.0")]
    [InlineData("1", "10e-1")]
    [InlineData("100", "1E+2")]
    [InlineData("0.000023809172", "2.3809172e-05")]
    [InlineData("-0.0", "0")]
    [InlineData("1e400", "10e399")]
    [InlineData("0.1000000000000000055511151231257827", "0.1")]
    [InlineData("\"\\ud800\"", "\"\\ud800\"")]
    public void Finds_nothing_where_only_the_spelling_differs(string expected, string actual)
    {
        Assert.Empty(Between(expected, actual));
    }

    [Theory]
    [InlineData("""{"a":1,"b":2}""", """{"a":1}""", "$.b: missing, expected 2")]
    [InlineData("""{"a":1}""", """{"a":1,"b":{}}""", "$.b: not expected, found {}")]
    [InlineData("""{"a":{"b c":[1,2]}}""", """{"a":{"b c":[1,3]}}""", "$.a['b c'][1]: expected 2, found 3")]
    [InlineData("[1,2]", "[2,1]", "$[0]: expected 1, found 2", "$[1]: expected 2, found 1")]
    [InlineData("[1,2]", "[1]", "$: expected 2 elements, found 1")]
    [InlineData("""{"a":null}""", "{}", "$.a: missing, expected null")]
    [InlineData("""{"a":null}""", """{"a":0}""", "$.a: expected null, found 0")]
    [InlineData("\"1\"", "1", "$: expected \"1\", found 1")]
    [InlineData("true", "false", "$: expected true, found false")]
    [InlineData("\"a\"", "\"A\"", "$: expected \"a\", found \"A\"")]
    [InlineData("1", "-1", "$: expected 1, found -1")]
    [InlineData("1", "10", "$: expected 1, found 10")]
    [InlineData("""{"a":1,"a":2}""", """{"a":1}""", "$.a: missing, expected 2")]
    [InlineData("""{"a":1}""", """{"a":1,"a":1}""", "$.a: not expected, found 1")]
    public void Names_every_place_that_differs(string expected, string actual, params string[] differences)
    {
        Assert.Equal(differences, Between(expected, actual).Select(difference => difference.ToString()));
    }

    // Seventeen digits are all that a double holds: beyond them two spellings of one double are the same, below they are not.
    [Theory]
    [InlineData("0.12345678901234567", "0.12345678901234568", false)]
    [InlineData("0.123456789012345678", "0.12345678901234568", true)]
    [InlineData("0.123456789012345678", "0.1234567890123458", false)]
    [InlineData("9007199254740993", "9007199254740992", false)]
    [InlineData("12345678901234567890", "12345678901234567891", false)]
    public void Compares_as_doubles_only_what_no_double_holds(string expected, string actual, bool isSame)
    {
        Assert.Equal(isSame, Between(expected, actual).Count == 0);
    }

    [Fact]
    public void Cuts_long_values_short()
    {
        var difference = Assert.Single(Between($"\"{new string('x', 1000)}\"", "null"));

        Assert.True(difference.Problem.Length < 120, difference.Problem);
    }

    [Fact]
    public void Refuses_what_is_not_json()
    {
        Assert.ThrowsAny<JsonException>(() => Between("{}", "{"));
    }

    private static IReadOnlyList<JsonDifference> Between(string expected, string actual) =>
        JsonDifference.Between(Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(actual));
}
