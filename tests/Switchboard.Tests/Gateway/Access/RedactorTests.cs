using System.Collections;
using System.Reflection;
using Switchboard.Gateway.Access;
using Switchboard.Gateway.Configuration;

namespace Switchboard.Tests.Gateway.Access;

public sealed class RedactorTests
{
    [Theory]
    [InlineData("Sent with Authorization: Bearer planted-0123456789.", "planted")]
    [InlineData("""{"authorization":"Basic cGxhbnRlZDpwbGFudGVk"}""", "cGxhbnRlZ")]
    [InlineData("Bearer pl4nted-token-9 was refused", "pl4nted")]
    [InlineData("Cannot connect to redis://default:planted@10.0.0.7:6379/0.", "planted")]
    [InlineData("Host=db;Username=sb;Password=planted;Timeout=5", "planted")]
    [InlineData("GET https://host/v1beta/models?key=planted&alt=sse", "planted")]
    [InlineData("Incorrect API key provided: sk-proj-abcdefghij0123456789abcd.", "abcdefghij0123456789")]
    [InlineData("gateway key sk-sb-0123456789012345678901234567890123456789abc", "0123456789012345")]
    [InlineData("aws AKIAIOSFODNN7EXAMPLE", "IOSFODNN7")]
    [InlineData("google AIzaSyA0123456789012345678901234567890ab", "SyA0123")]
    public void Well_known_shapes_are_hidden(string text, string secret)
    {
        var redacted = new Redactor().Redact(text);

        Assert.DoesNotContain(secret, redacted, StringComparison.Ordinal);
        Assert.Contains("***", redacted, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("POST /v1/chat/completions 200 12.3 ms model=gpt-4o deployment=openai/gpt-4o tokens_in=9 tokens_out=12 key=key_01hxyz")]
    [InlineData("The token has expired; Bearer authentication is asked for at https://example.org/a@b.")]
    [InlineData("Provider openai does not answer: Connection refused (10.0.0.7:443)")]
    [InlineData("01a202e8-b480-79b4-8073-01e1e151bfef")]
    public void What_is_no_secret_stays(string text) => Assert.Same(text, Same(text, new Redactor().Redact(text)));

    [Fact]
    public void Every_secret_of_a_configuration_is_hidden_whatever_its_shape()
    {
        var (configuration, planted) = Plant();

        var redactor = new Redactor();
        redactor.Take(configuration);

        Assert.All(planted, one => Assert.Equal($"It said: '***' {one.Key}.", redactor.Redact($"It said: '{one.Value}' {one.Key}.")));
    }

    [Fact]
    public void Each_setting_that_is_a_secret_is_among_them()
    {
        var (configuration, planted) = Plant();

        Assert.Equal(Count(typeof(GatewayConfiguration), []), planted.Count);
        Assert.Superset(planted.Values.ToHashSet(), configuration.FindSecrets().ToHashSet());
    }

    [Fact]
    public void One_that_was_replaced_stays_hidden_and_a_short_word_does_not_eat_others()
    {
        var redactor = new Redactor();
        redactor.Take(new GatewayConfiguration { Access = new AccessSettings { MasterKey = new Secret("the.first.one") } });
        redactor.Take(new GatewayConfiguration { Access = new AccessSettings { MasterKey = new Secret("none") } });

        Assert.Equal("*** none", redactor.Redact("the.first.one none"));
    }

    // Where it is the same it shall be the same string: nearly every line is.
    private static string Same(string text, string redacted) => text == redacted ? text : redacted;

    private static (GatewayConfiguration Configuration, Dictionary<string, string> Planted) Plant()
    {
        var planted = new Dictionary<string, string>();
        Secret Put(string name) => new(planted[name] = $"plain.{name}.words");
        Secret PutAddress(string name, string scheme)
        {
            planted[name] = $"plain.{name}.words";
            return new Secret($"{scheme}://user:plain.{name}.words@host/1");
        }

        return (new GatewayConfiguration
        {
            Access = new AccessSettings { MasterKey = Put("master") },
            Storage = new StorageSettings { EncryptionKey = Put("encryption"), FormerEncryptionKey = Put("former"), Records = PutAddress("records", "postgres"), Shared = PutAddress("shared", "redis") },
            Batches = new BatchSettings { Webhook = new WebhookSettings { Secret = Put("webhook") } },
            Telemetry = new TelemetrySettings { Headers = new Dictionary<string, Secret> { ["x-key"] = Put("telemetry") } },
            Guardrails = [new GuardrailSettings { Name = "g", Check = GuardrailCheck.Webhook, Secret = Put("guardrail") }],
            Providers = new Dictionary<string, ProviderSettings>
            {
                ["p"] = new()
                {
                    Type = "openai",
                    ApiKey = Put("key"),
                    AdminApiKey = Put("admin"),
                    ClientSecret = Put("client"),
                    AccessKeyId = Put("access"),
                    SecretAccessKey = Put("signing"),
                    SessionToken = Put("session"),
                },
            },
        }, planted);
    }

    // How many settings of that kind there are, below a type.
    private static int Count(Type type, HashSet<Type> seen) => !seen.Add(type) ? 0 : type.GetProperties(BindingFlags.Instance | BindingFlags.Public).Sum(property =>
        property.PropertyType == typeof(Secret) || (property.PropertyType.IsGenericType && property.PropertyType.GetGenericArguments()[^1] == typeof(Secret)) ? 1
        : Below(property.PropertyType) is { } below ? Count(below, seen)
        : 0);

    private static Type? Below(Type type)
    {
        if (typeof(IEnumerable).IsAssignableFrom(type) && type.IsGenericType)
        {
            type = type.GetGenericArguments()[^1];
        }

        type = Nullable.GetUnderlyingType(type) ?? type;
        return type.Namespace == typeof(GatewayConfiguration).Namespace && type.IsClass ? type : null;
    }
}
