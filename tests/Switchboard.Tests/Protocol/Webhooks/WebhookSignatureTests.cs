using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Switchboard.Protocol.Webhooks;
using Switchboard.Testing.Places;

namespace Switchboard.Tests.Protocol.Webhooks;

public sealed class WebhookSignatureTests
{
    private const string Secret = "whsec_c3ludGhldGljLXdlYmhvb2stc2VjcmV0";
    private const string Id = "wh_1";

    private static readonly DateTimeOffset s_now = DateTimeOffset.FromUnixTimeSeconds(1_750_000_000);

    // What the SDKs disagree on, and what is right here.
    private static readonly Dictionary<string, WebhookVerdict> s_decided = new()
    {
        ["tab separated"] = WebhookVerdict.Valid,
        ["timestamp text '1750000000x'"] = WebhookVerdict.BadTimestamp,
    };

    [Fact]
    public void Agrees_with_the_sdks_wherever_they_agree()
    {
        Assert.SkipWhen(SharedFolder.SkipReason is not null, SharedFolder.SkipReason ?? "");
        using var vectors = JsonDocument.Parse(File.ReadAllText(SharedFolder.Combine("fixtures", "vectors", "webhooks.json")));
        var (agreed, decided, refusedSecrets) = (0, 0, 0);

        foreach (var vector in vectors.RootElement.EnumerateArray())
        {
            var name = vector.GetProperty("name").GetString()!;
            var (python, node) = (IsAccepted(vector, "python_3_3_1"), IsAccepted(vector, "node_7_55_0"));
            if (string.IsNullOrEmpty(vector.GetProperty("secret").GetString()))
            {
                Assert.ThrowsAny<ArgumentException>(() => Verify(vector));
                refusedSecrets++;
                continue;
            }

            var verdict = Verify(vector);

            if (python == node)
            {
                Assert.True(python == (verdict == WebhookVerdict.Valid), $"{name}: {verdict}");
                agreed++;
            }
            else
            {
                Assert.True(s_decided[name] == verdict, $"{name}: {verdict}");
                decided++;
            }
        }

        Assert.Equal((32, 2, 2), (agreed, decided, refusedSecrets));
    }

    [Fact]
    public void Accepts_the_pair_of_the_sdks_own_tests()
    {
        var body = """{"id": "evt_685c059ae3a481909bdc86819b066fb6", "object": "event", "created_at": 1750861210, "type": "response.completed", "data": {"id": "resp_123"}}"""u8;
        var headers = new WebhookHeaders("wh_685c059ae39c8190af8c71ed1022a24d", "1750861210", "v1,gUAg4R2hWouRZqRQG4uJypNS8YK885G838+EHb4nKBY=");

        var verdict = WebhookSignature.Verify(body, headers, "whsec_RdvaYFYUXuIFuEbvZHwMfYFhUf7aMYjYcmM24+Aj40c=", DateTimeOffset.FromUnixTimeSeconds(1_750_861_210));

        Assert.Equal(WebhookVerdict.Valid, verdict);
    }

    [Theory]
    [InlineData("whsec_c3ludGhldGljLXdlYmhvb2stc2VjcmV0")]
    [InlineData("any text, ümlauts too")]
    [InlineData("c3ludGhldGlj")]
    public void What_is_signed_is_valid_and_nothing_else_is(string secret)
    {
        var body = Encoding.UTF8.GetBytes("""{"text":"grüße"}""");
        var signature = WebhookSignature.Sign(body, Id, s_now, secret);
        WebhookVerdict Check(byte[] sent, string id, long time, string key) =>
            WebhookSignature.Verify(sent, new WebhookHeaders(id, $"{time}", signature), key, s_now);

        Assert.StartsWith("v1,", signature, StringComparison.Ordinal);
        Assert.Equal(WebhookVerdict.Valid, Check(body, Id, 1_750_000_000, secret));
        Assert.Equal(WebhookVerdict.NoMatchingSignature, Check([.. body, (byte)' '], Id, 1_750_000_000, secret));
        Assert.Equal(WebhookVerdict.NoMatchingSignature, Check(body, "wh_2", 1_750_000_000, secret));
        Assert.Equal(WebhookVerdict.NoMatchingSignature, Check(body, Id, 1_750_000_001, secret));
        Assert.Equal(WebhookVerdict.NoMatchingSignature, Check(body, Id, 1_750_000_000, "another"));
    }

    [Theory]
    [InlineData(null, "1750000000", "v1,x", WebhookVerdict.MissingId)]
    [InlineData("", "1750000000", "v1,x", WebhookVerdict.MissingId)]
    [InlineData("wh_1", null, "v1,x", WebhookVerdict.MissingTimestamp)]
    [InlineData("wh_1", "", "v1,x", WebhookVerdict.MissingTimestamp)]
    [InlineData("wh_1", "1750000000", null, WebhookVerdict.MissingSignature)]
    [InlineData("wh_1", "1750000000", "", WebhookVerdict.MissingSignature)]
    [InlineData("wh_1", "1750000000", " ", WebhookVerdict.NoMatchingSignature)]
    [InlineData("wh_1", "1750000000", "v1,", WebhookVerdict.NoMatchingSignature)]
    [InlineData("wh_1", "soon", "v1,x", WebhookVerdict.BadTimestamp)]
    [InlineData("wh_1", "1750000000.0", "v1,x", WebhookVerdict.BadTimestamp)]
    [InlineData("wh_1", " 1750000000", "v1,x", WebhookVerdict.BadTimestamp)]
    [InlineData("wh_1", "99999999999999999999", "v1,x", WebhookVerdict.BadTimestamp)]
    [InlineData("wh_1", "9223372036854775807", "v1,x", WebhookVerdict.TooNew)]
    [InlineData("wh_1", "-9223372036854775808", "v1,x", WebhookVerdict.TooOld)]
    [InlineData("wh_1", "1749999699", "v1,x", WebhookVerdict.TooOld)]
    [InlineData("wh_1", "1750000301", "v1,x", WebhookVerdict.TooNew)]
    public void Says_why_it_refuses(string? id, string? timestamp, string? signature, WebhookVerdict verdict) =>
        Assert.Equal(verdict, WebhookSignature.Verify("{}"u8, new WebhookHeaders(id, timestamp, signature), Secret, s_now));

    [Theory]
    [InlineData("{0}")]
    [InlineData("v1,AAAA {0}")]
    [InlineData("v1,{0}, v1,AAAA")]
    [InlineData("v1,AAAA,\tv1,{0}")]
    [InlineData("v2,{0} v1,{0}")]
    [InlineData("  v1,{0}  ")]
    public void One_signature_of_a_list_is_enough(string list)
    {
        var signature = WebhookSignature.Sign("{}"u8, Id, s_now, Secret)["v1,".Length..];

        Assert.Equal(WebhookVerdict.Valid, WebhookSignature.Verify("{}"u8, new WebhookHeaders(Id, "1750000000", string.Format(null, list, signature)), Secret, s_now));
    }

    [Theory]
    [InlineData("v2,{0}")]
    [InlineData("v1a,{0}")]
    [InlineData("V1,{0}")]
    [InlineData("v1,{0}AAAA")]
    [InlineData("v1,{0}{0}")]
    public void A_signature_of_another_version_or_length_is_none(string list)
    {
        var signature = WebhookSignature.Sign("{}"u8, Id, s_now, Secret)["v1,".Length..];

        Assert.Equal(WebhookVerdict.NoMatchingSignature, WebhookSignature.Verify("{}"u8, new WebhookHeaders(Id, "1750000000", string.Format(null, list, signature)), Secret, s_now));
    }

    [Fact]
    public void A_part_of_the_right_signature_is_none()
    {
        var signature = Convert.FromBase64String(WebhookSignature.Sign("{}"u8, Id, s_now, Secret)["v1,".Length..]);

        for (var length = 0; length < HMACSHA256.HashSizeInBytes; length++)
        {
            var headers = new WebhookHeaders(Id, "1750000000", "v1," + Convert.ToBase64String(signature, 0, length));
            Assert.Equal(WebhookVerdict.NoMatchingSignature, WebhookSignature.Verify("{}"u8, headers, Secret, s_now));
        }
    }

    [Theory]
    [InlineData(0, 0, WebhookVerdict.Valid)]
    [InlineData(0, 1, WebhookVerdict.TooNew)]
    [InlineData(0, -1, WebhookVerdict.TooOld)]
    [InlineData(60, 60, WebhookVerdict.Valid)]
    [InlineData(60, -61, WebhookVerdict.TooOld)]
    public void The_tolerance_counts_whole_seconds_both_ways(int tolerance, int offset, WebhookVerdict verdict)
    {
        var sentAt = s_now.AddSeconds(offset);
        var headers = new WebhookHeaders(Id, $"{sentAt.ToUnixTimeSeconds()}", WebhookSignature.Sign("{}"u8, Id, sentAt, Secret));

        Assert.Equal(verdict, WebhookSignature.Verify("{}"u8, headers, Secret, s_now.AddMilliseconds(900), TimeSpan.FromSeconds(tolerance)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("  \n")]
    [InlineData("whsec_")]
    [InlineData("whsec_very!secret")]
    public void A_secret_that_is_none_is_refused_without_being_told(string secret)
    {
        var fromVerify = Assert.Throws<ArgumentException>(() => WebhookSignature.Verify("{}"u8, new WebhookHeaders(Id, "1750000000", "v1,x"), secret, s_now));
        var fromSign = Assert.Throws<ArgumentException>(() => WebhookSignature.Sign("{}"u8, Id, s_now, secret));

        Assert.DoesNotContain("very!secret", fromVerify.ToString() + fromSign, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a.b")]
    public void An_id_that_would_blur_the_signed_text_is_not_signed(string id) =>
        Assert.Throws<ArgumentException>(() => WebhookSignature.Sign("{}"u8, id, s_now, Secret));

    [Fact]
    public void A_verdict_nobody_gave_is_not_valid() => Assert.NotEqual(WebhookVerdict.Valid, default);

    private static WebhookVerdict Verify(JsonElement vector)
    {
        var headers = vector.GetProperty("headers").EnumerateObject().ToDictionary(header => header.Name, header => header.Value.GetString(), StringComparer.OrdinalIgnoreCase);
        return WebhookSignature.Verify(
            Encoding.UTF8.GetBytes(vector.GetProperty("payload").GetString()!),
            new WebhookHeaders(headers.GetValueOrDefault(WebhookHeaders.IdName), headers.GetValueOrDefault(WebhookHeaders.TimestampName), headers.GetValueOrDefault(WebhookHeaders.SignatureName)),
            vector.GetProperty("secret").GetString()!,
            DateTimeOffset.FromUnixTimeSeconds(vector.GetProperty("now").GetInt64()),
            TimeSpan.FromSeconds(vector.GetProperty("tolerance").GetInt64()));
    }

    private static bool IsAccepted(JsonElement vector, string sdk) => vector.GetProperty(sdk).GetProperty("verify").GetString() == "ok";
}
