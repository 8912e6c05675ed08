using System.Text.RegularExpressions;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Guardrails;
using Switchboard.Gateway.Guardrails.Finding;
using Switchboard.Gateway.Guardrails.Texts;
using Switchboard.Tests.Gateway.Support;

namespace Switchboard.Tests.Gateway.Guardrails;

/// <summary>What is found in texts, and that a text in pieces has the same findings as the whole.</summary>
public sealed class FinderTests
{
    private static readonly TextFinder s_secrets = Secrets.CreateFinder();
    private static readonly TextFinder s_personal = PersonalData.CreateFinder([]);

    public static TheoryData<string> Keys => [.. Planted.Keys];

    [Theory]
    [MemberData(nameof(Keys))]
    public void Keys_are_found_wherever_they_stand(string key)
    {
        Assert.Equal("[SECRET]", Mask(s_secrets, key));
        Assert.Equal("Use [SECRET] now.", Mask(s_secrets, $"Use {key} now."));
        Assert.Equal("{\"key\":\"[SECRET]\"}", Mask(s_secrets, $"{{\"key\":\"{key}\"}}"));
        Assert.Equal("a\\n[SECRET]", Mask(s_secrets, $"a\\n{key}"));
    }

    [Theory]
    [InlineData("password = hunter2Abc9!x", "password = [SECRET]")]
    [InlineData("\"api_key\": \"q8Zr1Lm4Vt7Xw2\"", "\"api_key\": \"[SECRET]\"")]
    [InlineData("DB_PASSWORD=q8Zr1Lm4Vt7Xw2 rest", "DB_PASSWORD=[SECRET] rest")]
    [InlineData("Authorization: Bearer q8Zr1Lm4Vt7Xw2.", "Authorization: Bearer [SECRET].")]
    [InlineData("aws_secret_access_key: wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "aws_secret_access_key: [SECRET]")]
    public void What_is_assigned_to_a_name_of_secrets_is_found(string text, string expected) => Assert.Equal(expected, Mask(s_secrets, text));

    [Theory]
    [InlineData("The token is important, and the password = yours.")]
    [InlineData("password = ${DB_PASSWORD_9999}")]
    [InlineData("pip install sk-learn-and-many-other-packages")]
    [InlineData("risk-0123456789abcdefghijk is no key")]
    [InlineData("tokens: 128000000000 of them")]
    [InlineData("-----BEGIN CERTIFICATE-----\nMIIE\n-----END CERTIFICATE-----")]
    [InlineData("eyJhbGciOiJIUzI1NiJ9.nothing.here")]
    public void What_only_looks_like_a_secret_stays(string text) => Assert.Equal(text, Mask(s_secrets, text));

    [Theory]
    [InlineData("Ask jane.doe+x@mail.example.com.", "Ask [EMAIL].")]
    [InlineData("<jürgen@müller.example>", "<[EMAIL]>")]
    [InlineData("Call +49 30 1234567, please", "Call [PHONE], please")]
    [InlineData("0049 (0)30/123 45 67!", "[PHONE]!")]
    [InlineData("(555) 123-4567 or 555-123-4567", "[PHONE] or [PHONE]")]
    [InlineData("+491701234567 2024-05-01", "[PHONE] 2024-05-01")]
    [InlineData("+1 415 555 0123 (14155550199)", "[PHONE] (14155550199)")]
    [InlineData("card 4111 1111 1111 1111 12/30", "card [CARD] 12/30")]
    [InlineData("378282246310005", "[CARD]")]
    [InlineData("IBAN DE89 3704 0044 0532 0130 00 at once", "IBAN [IBAN] at once")]
    [InlineData("gb29nwbk60161331926819", "[IBAN]")]
    [InlineData("SSN 078-05-1120.", "SSN [SSN].")]
    [InlineData("from 192.168.0.17:8080 to 10.0.0.1.", "from [IP_ADDRESS]:8080 to [IP_ADDRESS].")]
    [InlineData("at 2001:db8::ff00:42:8329 now", "at [IP_ADDRESS] now")]
    public void Personal_data_is_found(string text, string expected) => Assert.Equal(expected, Mask(s_personal, text));

    [Theory]
    [InlineData("4111 1111 1111 1112")]
    [InlineData("GB82 WEST 1234 5698 7654 33")]
    [InlineData("37823 822463 10005 and 2223 0000 4841 0011")]
    [InlineData("XX89370400440532013000")]
    [InlineData("000-12-3456 666-12-3456")]
    [InlineData("version 1.2.3.4.5 and 300.1.1.1")]
    [InlineData("std::vector and 12:34:56")]
    [InlineData("a@b, user@localhost and @handle")]
    [InlineData("1 + 2 = 3, 2024-05-06, 1,000,000")]
    public void What_only_looks_like_personal_data_stays(string text) => Assert.Equal(text, Mask(s_personal, text));

    [Fact]
    public void Kinds_of_personal_data_can_be_chosen() =>
        Assert.Equal("a@b.example [IP_ADDRESS]", Mask(PersonalData.CreateFinder(["ip_address"]), "a@b.example 10.0.0.1"));

    [Theory]
    [InlineData(true, true, "The [X] said [X], not bananas or foo.", "The Banana said foo bar, not bananas or foo.")]
    [InlineData(false, true, "The [X] said [X], not [X]s or foo.", "The Banana said foo bar, not bananas or foo.")]
    [InlineData(true, false, "The Banana said [X], not bananas or foo.", "The Banana said foo bar, not bananas or foo.")]
    public void Words_are_found_as_they_are_set(bool whole, bool ignoreCase, string expected, string text) =>
        Assert.Equal(expected, Mask(new WordFinder(["banana", "foo bar"], whole, ignoreCase), text, "[X]"));

    [Fact]
    public void A_pattern_takes_linear_time_by_construction()
    {
        var regex = GuardrailRules.Compile(new GuardrailSettings { Name = "x", Check = GuardrailCheck.Regex, Pattern = "(a+)+b" });

        // Backtracking would need 2^100000 steps for this.
        Assert.True(regex.Options.HasFlag(RegexOptions.NonBacktracking));
        Assert.Equal(new string('a', 100_000), Mask(new RegexFinder(regex, 64), new string('a', 100_000)));
    }

    // Every text in two pieces, cut everywhere, and in single characters.
    [Fact]
    public void A_text_in_pieces_has_the_findings_of_the_whole()
    {
        foreach (var text in Texts())
        {
            foreach (var finder in Finders())
            {
                var whole = Mask(finder, text);
                for (var cut = 0; cut <= text.Length; cut++)
                {
                    Assert.Equal(whole, MaskPieces(finder, [text[..cut], text[cut..]]));
                }

                Assert.Equal(whole, MaskPieces(finder, [.. text.Select(character => character.ToString())]));
            }
        }
    }

    // Random texts out of what means something to the finders, cut at random.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_text_in_random_pieces_has_the_findings_of_the_whole(int seed)
    {
        var random = new Random(seed);
        string[] parts = [.. Planted.Keys, "a@b.example", "@", "+49 30 1234567", "00", "4111 1111 1111 1111", "DE89 3704 0044 0532 0130 00", "078-05-1120", "10.0.0.1", "::", "2001:db8::1", "banana", "foo bar",
            " ", "\n", "\\n", "-", "_", ".", "sk-", "AKIA", "eyJ", "-----BEGIN ", "password = ", "token: ", "9", "x", "PRJ-1234", "(555) 123-4567", "\ud83d\ude00", "é"];
        for (var round = 0; round < 400; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => parts[random.Next(parts.Length)]));
            var pieces = new List<string>();
            for (var at = 0; at < text.Length;)
            {
                var length = Math.Min(random.Next(0, 9), text.Length - at);
                pieces.Add(text.Substring(at, length));
                at += length;
            }

            foreach (var finder in Finders())
            {
                Assert.Equal(Mask(finder, text), MaskPieces(finder, pieces));
            }
        }
    }

    [Fact]
    public void Only_what_may_become_something_is_held_back()
    {
        var filter = Filter(new WordFinder(["banana"], wholeWords: true, ignoreCase: true));

        Assert.Equal("Hello ", Take(filter, "Hello "));
        Assert.Equal("my ", Take(filter, "my ba"));
        Assert.Equal("band ", Take(filter, "nd "));
        Assert.Equal("", Take(filter, "banana"));
        Assert.Equal("[REDACTED]!", Take(filter, "!"));
    }

    private static IEnumerable<TextFinder> Finders()
    {
        yield return s_secrets;
        yield return s_personal;
        yield return new WordFinder(["banana", "foo bar", "foo", "ban"], wholeWords: true, ignoreCase: true);
        yield return new WordFinder(["banana", "ana", "nan"], wholeWords: false, ignoreCase: false);
        yield return new RegexFinder(GuardrailRules.Compile(new GuardrailSettings { Name = "x", Check = GuardrailCheck.Regex, Pattern = @"\bPRJ-\d{4}\b|fo+ bar$|b(an)+a?" }), 16);
    }

    private static IEnumerable<string> Texts()
    {
        yield return $"{Planted.OpenAI} and {Planted.Aws}, {Planted.Jwt} {Planted.GitHub}";
        yield return $"x {Planted.Pem} y {Planted.Slack}\n{Planted.Google}";
        yield return "password = hunter2Abc9!x; \"token\": \"q8Zr1Lm4Vt7Xw2\" Bearer q8Zr1Lm4Vt7Xw2";
        yield return "a@b.example, +49 30 1234567 and 4111 1111 1111 1111 12/30";
        yield return "DE89 3704 0044 0532 0130 00; 078-05-1120; 192.168.0.17:8080; 2001:db8::ff00:42:8329";
        yield return "(555) 123-4567 555-123-4567 1-555-123-4567 0049 30 1234567";
        yield return "Banana foo bar bananana foo ban PRJ-1234 PRJ-12345 xPRJ-1234 foo bar";
    }

    private static string Mask(TextFinder finder, string text, string mask) => MaskPieces(finder, [text], mask);

    private static string Mask(TextFinder finder, string text) => MaskPieces(finder, [text]);

    private static string MaskPieces(TextFinder finder, IReadOnlyList<string> pieces, string? mask = null)
    {
        var filter = Filter(finder, mask);
        var masked = string.Concat(pieces.Select(piece => Take(filter, piece)));
        return masked + Take(filter, "", TextEnd.Final);
    }

    private static ITextFilter Filter(TextFinder finder, string? mask = null)
    {
        var guardrail = new FindingGuardrail(new GuardrailSettings { Name = "x", Check = GuardrailCheck.Words, Action = GuardrailAction.Mask, MaskWith = mask }, finder);
        var call = new GuardedCall(Calls.Chat(), [guardrail], new LogCapture());
        return guardrail.Begin(call, GuardrailSide.Output)(new FoundText(TextRole.ContentPiece, 0, 0, 0, 0, 0));
    }

    private static string Take(ITextFilter filter, string text, TextEnd end = TextEnd.None)
    {
        var (input, output) = (new OwnedText(), new OwnedText());
        input.Append(text, 1);
        var taken = filter.TakeAsync(input, end, output, CancellationToken.None);
        Assert.True(taken.IsCompletedSuccessfully);
        return output.Chars.ToString();
    }
}
