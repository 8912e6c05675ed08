using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Switchboard.Client;
using Switchboard.Client.Webhooks;
using Switchboard.Protocol.Webhooks;
using Switchboard.Testing.Places;
using Switchboard.Testing.Time;

namespace Switchboard.Tests.Client.Webhooks;

/// <summary>Webhooks: verified with the client's secrets, read as events, headers as they come.</summary>
public sealed class WebhooksClientTests
{
    internal const string Secret = "whsec_c3ludGhldGljLXdlYmhvb2stc2VjcmV0";
    internal const string OtherSecret = "whsec_b3RoZXItc2VjcmV0";
    private const string Body = """{"id":"evt_1","object":"event","created_at":1750000000,"type":"response.completed","data":{"id":"resp_1"}}""";

    private static readonly DateTimeOffset s_now = DateTimeOffset.FromUnixTimeSeconds(1_750_000_000);

    [Fact]
    public void Unwraps_all_vectors_that_both_sdks_accept()
    {
        Assert.SkipWhen(SharedFolder.SkipReason is not null, SharedFolder.SkipReason ?? "");
        using var vectors = JsonDocument.Parse(File.ReadAllText(SharedFolder.Combine("fixtures", "vectors", "webhooks.json")));
        var (accepted, refused) = (0, 0);

        foreach (var vector in vectors.RootElement.EnumerateArray())
        {
            var (secret, isAccepted) = (vector.GetProperty("secret").GetString(), vector.GetProperty("both_accept").GetBoolean());
            if (string.IsNullOrEmpty(secret) || vector.GetProperty("name").GetString() == "tab separated")
            {
                continue;
            }

            var client = Client(secret, DateTimeOffset.FromUnixTimeSeconds(vector.GetProperty("now").GetInt64()));
            var headers = vector.GetProperty("headers").EnumerateObject().Select(header => KeyValuePair.Create(header.Name, header.Value.GetString()!)).ToList();
            var body = Encoding.UTF8.GetBytes(vector.GetProperty("payload").GetString()!);
            var tolerance = TimeSpan.FromSeconds(vector.GetProperty("tolerance").GetInt64());
            if (isAccepted)
            {
                // Some sign what is no event at all.
                client.Webhooks.Verify(body, headers, tolerance: tolerance);
                accepted++;
            }
            else
            {
                Assert.Throws<WebhookSignatureException>(() => client.Webhooks.Unwrap(body, headers, tolerance: tolerance));
                refused++;
            }
        }

        Assert.True(accepted >= 10 && refused >= 10, $"{accepted} accepted, {refused} refused");
    }

    [Fact]
    public void Takes_headers_as_frameworks_have_them()
    {
        var webhooks = Client(Secret).Webhooks;
        var bytes = Encoding.UTF8.GetBytes(Body);
        var signed = Signed(Secret);
        var dictionary = new Dictionary<string, string> { ["Webhook-Id"] = signed.Id!, ["WEBHOOK-TIMESTAMP"] = signed.Timestamp!, ["webhook-signature"] = signed.Signature! };
        using var message = new HttpRequestMessage();
        HttpHeaders http = message.Headers;
        foreach (var (name, value) in dictionary)
        {
            http.TryAddWithoutValidation(name, value);
        }

        // A proxy may part the signatures into lines.
        var lines = dictionary.Select(header => KeyValuePair.Create(header.Key, header.Key.EndsWith("signature", StringComparison.Ordinal) ? ["v1,AAAA", header.Value] : (IEnumerable<string>)[header.Value]));

        Assert.IsType<ResponseCompletedWebhookEvent>(webhooks.Unwrap(bytes, signed));
        Assert.IsType<ResponseCompletedWebhookEvent>(webhooks.Unwrap(bytes, dictionary));
        Assert.IsType<ResponseCompletedWebhookEvent>(webhooks.Unwrap(bytes, http));
        Assert.IsType<ResponseCompletedWebhookEvent>(webhooks.Unwrap(bytes, lines));
        Assert.Equal("resp_1", Assert.IsType<ResponseCompletedWebhookEvent>(webhooks.Unwrap(bytes, name => dictionary.FirstOrDefault(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value)).Data.Id);
        webhooks.Verify(bytes, dictionary);
        webhooks.Verify(bytes, http);
        webhooks.Verify(bytes, lines);
        Assert.Equal(WebhookVerdict.MissingSignature, Assert.Throws<WebhookSignatureException>(() => webhooks.Verify(bytes, _ => null)).Verdict);
    }

    [Theory]
    [InlineData(Secret + " " + OtherSecret)]
    [InlineData(OtherSecret + ", " + Secret)]
    public void While_a_secret_is_changed_both_are_accepted(string secrets)
    {
        var webhooks = Client(secrets).Webhooks;

        webhooks.Verify(Encoding.UTF8.GetBytes(Body), Signed(Secret));
        webhooks.Verify(Encoding.UTF8.GetBytes(Body), Signed(OtherSecret));
        Assert.Equal(WebhookVerdict.NoMatchingSignature, Refusal(webhooks, Signed("whsec_dGhpcmQtc2VjcmV0")));
    }

    [Fact]
    public void A_secret_of_any_text_is_one_with_its_blanks()
    {
        var webhooks = Client("my secret").Webhooks;

        webhooks.Verify(Encoding.UTF8.GetBytes(Body), Signed("my secret"));

        Assert.Equal(WebhookVerdict.NoMatchingSignature, Refusal(webhooks, Signed("secret")));
    }

    [Fact]
    public void A_secret_at_hand_takes_the_place_of_the_clients()
    {
        var webhooks = Client(Secret).Webhooks;

        webhooks.Verify(Encoding.UTF8.GetBytes(Body), Signed(OtherSecret), OtherSecret);

        Assert.Throws<WebhookSignatureException>(() => webhooks.Verify(Encoding.UTF8.GetBytes(Body), Signed(Secret), OtherSecret));
    }

    [Fact]
    public void A_refusal_says_which_check_failed_and_nothing_of_the_secret()
    {
        var webhooks = Client(Secret, s_now.AddMinutes(6)).Webhooks;

        var fault = Assert.Throws<WebhookSignatureException>(() => webhooks.Unwrap(Encoding.UTF8.GetBytes(Body), Signed(Secret)));

        Assert.Equal(WebhookVerdict.TooOld, fault.Verdict);
        Assert.DoesNotContain("whsec", fault.ToString(), StringComparison.Ordinal);
        webhooks.Unwrap(Encoding.UTF8.GetBytes(Body), Signed(Secret), tolerance: TimeSpan.FromMinutes(6));
    }

    [Fact]
    public void Without_a_secret_the_message_says_what_to_set()
    {
        var fault = Assert.Throws<ApiConfigurationException>(() => Client(null).Webhooks.Verify([], default(WebhookHeaders)));

        Assert.Contains("OPENAI_WEBHOOK_SECRET", fault.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new WebhooksClient([]));
        Assert.Throws<ArgumentException>(() => new WebhooksClient([Secret, "whsec_@@"]));
    }

    [Fact]
    public void An_event_of_tomorrow_is_unknown_and_whole()
    {
        var body = Encoding.UTF8.GetBytes("""{"id":"evt_2","type":"video.completed","data":{"id":"video_1"}}""");

        var unknown = Assert.IsType<UnknownWebhookEvent>(Client(Secret).Webhooks.Unwrap(body, Signed(Secret, body)));

        Assert.Equal(("video.completed", "video_1"), (unknown.Type, unknown.Json.ToElement().GetProperty("data").GetProperty("id").GetString()));
    }

    internal static WebhookHeaders Signed(string secret, byte[]? body = null, string id = "wh_1", DateTimeOffset? at = null)
    {
        var time = at ?? s_now;
        return new(id, time.ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture), WebhookSignature.Sign(body ?? Encoding.UTF8.GetBytes(Body), id, time, secret));
    }

    private static SwitchboardClient Client(string? secret, DateTimeOffset? now = null) =>
        new(new SwitchboardClientOptions { WebhookSecret = secret, TimeProvider = new ManualTimeProvider(now ?? s_now), ReadsEnvironment = false });

    private static WebhookVerdict Refusal(WebhooksClient webhooks, WebhookHeaders headers) =>
        Assert.Throws<WebhookSignatureException>(() => webhooks.Verify(Encoding.UTF8.GetBytes(Body), headers)).Verdict;
}
