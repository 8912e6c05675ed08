using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Switchboard.Gateway.Providers.Bedrock;
using Switchboard.Testing.Places;

namespace Switchboard.Tests.Gateway.Providers.Bedrock;

public sealed class SignatureV4Tests
{
    private const string Key = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

    /// <summary>Amazon's own test suite (get-vanilla and others), and the example in the user guide of IAM.</summary>
    [Theory]
    [InlineData("GET", "https://example.amazonaws.com/", "service", null, "", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31")]
    [InlineData("POST", "https://example.amazonaws.com/", "service", null, "", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b")]
    [InlineData("GET", "https://example.amazonaws.com/?Param1=value1", "service", null, "", "a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb")]
    [InlineData("GET", "https://example.amazonaws.com/?Param2=value2&Param1=value1", "service", null, "", "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500")]
    [InlineData("POST", "https://example.amazonaws.com/", "service", "application/x-www-form-urlencoded", "Param1=value1", "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a")]
    [InlineData("GET", "https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08", "iam", "application/x-www-form-urlencoded; charset=utf-8", "", "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7")]
    public void Amazons_own_requests_get_their_signatures(string method, string url, string service, string? contentType, string body, string expected)
    {
        var address = new Uri(url);
        var time = new DateTimeOffset(2015, 8, 30, 12, 36, 0, TimeSpan.Zero);
        var headers = new List<KeyValuePair<string, string>> { new("host", address.Host), new("x-amz-date", SignatureV4.TimeOf(time)) };
        if (contentType is not null)
        {
            headers.Insert(0, new("content-type", contentType));
        }

        var authorization = new SignatureV4("AKIDEXAMPLE", Key, "us-east-1", service).Sign(method, address, headers, Hash(Encoding.UTF8.GetBytes(body)), time);

        Assert.EndsWith($", Signature={expected}", authorization, StringComparison.Ordinal);
    }

    /// <summary>A colon in a model's name, encoded in the path and once more in what is signed; the signature is of an independent program.</summary>
    [Fact]
    public void What_is_encoded_in_the_path_is_signed_encoded_once_more()
    {
        var url = new Uri("https://bedrock-runtime.us-east-1.amazonaws.com/model/us.amazon.nova-2-lite-v1%3A0/converse");
        var hash = Hash("{\"messages\":[]}"u8);
        KeyValuePair<string, string>[] headers = [new("content-type", "application/json"), new("host", url.Host), new("x-amz-content-sha256", hash), new("x-amz-date", "20260101T000000Z")];

        var canonical = SignatureV4.Canonical("POST", url, headers, "n", hash);
        var authorization = new SignatureV4("AKIDEXAMPLE", Key, "us-east-1", "bedrock").Sign("POST", url, headers, hash, new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

        Assert.Equal("/model/us.amazon.nova-2-lite-v1%253A0/converse", canonical.Split('\n')[1]);
        Assert.Equal(
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/us-east-1/bedrock/aws4_request, SignedHeaders=content-type;host;x-amz-content-sha256;x-amz-date, Signature=2630926bd32c301d6dd413f8513047825cc301d3ed43f7a69c393e43bcd218f7",
            authorization);
    }

    /// <summary>The vectors with which OpenAI's own SDKs are tested.</summary>
    [Fact]
    public void The_vectors_of_the_SDKs_get_their_signatures()
    {
        Assert.SkipWhen(SharedFolder.SkipReason is not null, SharedFolder.SkipReason ?? "");
        var count = 0;
        var cases = JsonElement.Parse(File.ReadAllBytes(SharedFolder.Combine("fixtures", "openai+openai-python", "tests", "fixtures", "bedrock_auth", "v1", "cases.json"))).GetProperty("cases");
        foreach (var vector in cases.EnumerateArray().Where(vector => vector.GetProperty("kind").GetString() == "sigv4"))
        {
            var given = vector.GetProperty("given");
            var expected = vector.GetProperty("expected").GetProperty("headers");
            var request = given.GetProperty("request");
            var signing = given.GetProperty("signing");
            var hash = Hash(Convert.FromBase64String(request.GetProperty("body_base64").GetString()!));
            var headers = request.GetProperty("headers").EnumerateObject()
                .Concat(expected.EnumerateObject().Where(header => header.Name != "authorization"))
                .Select(header => new KeyValuePair<string, string>(header.Name, header.Value.GetString()!))
                .OrderBy(header => header.Key, StringComparer.Ordinal);

            var authorization = new SignatureV4(
                given.GetProperty("credentials").GetProperty("access_key_id").GetString()!,
                given.GetProperty("credentials").GetProperty("secret_access_key").GetString()!,
                signing.GetProperty("region").GetString()!,
                signing.GetProperty("service").GetString()!)
                .Sign(request.GetProperty("method").GetString()!, new Uri(request.GetProperty("url").GetString()!), [.. headers], hash, signing.GetProperty("timestamp").GetDateTimeOffset());

            Assert.Equal((expected.GetProperty("x-amz-content-sha256").GetString(), expected.GetProperty("authorization").GetString()), (hash, authorization));
            count++;
        }

        Assert.Equal(2, count);
    }

    [Fact]
    public void The_vector_of_the_SDK_for_node_gets_its_signature()
    {
        Assert.SkipWhen(SharedFolder.SkipReason is not null, SharedFolder.SkipReason ?? "");
        var vector = JsonElement.Parse(File.ReadAllBytes(SharedFolder.Combine("fixtures", "openai+openai-node", "tests", "fixtures", "bedrock", "v1", "sigv4.json")));
        var credentials = vector.GetProperty("credentials");
        var request = vector.GetProperty("request");
        var expected = vector.GetProperty("expected");
        var url = new Uri(request.GetProperty("url").GetString()!);
        var hash = Hash(Encoding.UTF8.GetBytes(request.GetProperty("body").GetString()!));
        KeyValuePair<string, string>[] headers =
        [
            new("content-type", request.GetProperty("contentType").GetString()!), new("host", url.Host), new("x-amz-content-sha256", hash),
            new("x-amz-date", expected.GetProperty("date").GetString()!), new("x-amz-security-token", credentials.GetProperty("sessionToken").GetString()!),
        ];

        var canonical = SignatureV4.Canonical("POST", url, headers, string.Join(';', headers.Select(header => header.Key)), hash);
        var authorization = new SignatureV4(credentials.GetProperty("accessKeyId").GetString()!, credentials.GetProperty("secretAccessKey").GetString()!, vector.GetProperty("region").GetString()!, vector.GetProperty("service").GetString()!)
            .Sign("POST", url, headers, hash, vector.GetProperty("signingDate").GetDateTimeOffset());

        Assert.Equal(expected.GetProperty("canonicalRequestHash").GetString(), Hash(Encoding.UTF8.GetBytes(canonical)));
        Assert.Equal(expected.GetProperty("authorization").GetString(), authorization);
    }

    private static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
