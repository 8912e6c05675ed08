using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Relay;
using Switchboard.Gateway.Translation;

namespace Switchboard.Gateway.Providers.Gemini;

/// <summary>
/// Tokens of Google for what a credentials file names: a service account, which signs a question for one with its key
/// (RFC 7523), or a user, who signed in once with <c>gcloud</c>. The file is read anew for each token.
/// </summary>
internal sealed class GoogleTokens(string provider, ProviderSettings settings, TimeProvider time) : RenewedTokens(provider, settings, time)
{
    private const string Scope = "https://www.googleapis.com/auth/cloud-platform";
    private const string UsualAddress = "https://oauth2.googleapis.com/token";
    private const int MostBytes = 64 * 1024;

    private static readonly TimeSpan s_validity = TimeSpan.FromHours(1);

    private readonly string _file = settings.CredentialsFile ?? "";

    /// <inheritdoc/>
    protected override string Service => "Google";

    /// <inheritdoc/>
    protected override string PlaceSetting => "credentials_file";

    /// <inheritdoc/>
    protected override string SecretSettings => "credentials_file";

    /// <inheritdoc/>
    protected override async ValueTask<(Uri Address, IEnumerable<KeyValuePair<string, string?>> Form)> WriteAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var document = JsonDocument.Parse(await ReadAsync(_file, cancellationToken));
            var file = document.RootElement;
            return file.Text("type"u8) switch
            {
                "service_account" => OfServiceAccount(file),
                "authorized_user" => OfUser(file),
                _ => throw Unusable("the file is of no type that is known: service_account or authorized_user"),
            };
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Unusable("the file is not there");
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or (IOException and not SigningException))
        {
            throw Unusable("the file cannot be read");
        }
        catch (JsonException)
        {
            throw Unusable("the file is no JSON");
        }
    }

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, useAsync: true);
        var bytes = new byte[MostBytes];
        var count = await file.ReadAtLeastAsync(bytes, MostBytes, throwOnEndOfStream: false, cancellationToken);
        return bytes.AsMemory(0, count);
    }

    private (Uri Address, IEnumerable<KeyValuePair<string, string?>> Form) OfServiceAccount(JsonElement file)
    {
        var address = file.Text("token_uri"u8) ?? UsualAddress;
        var now = Time.GetUtcNow();
        var text = $"{Encode(WriteHeader(file.Text("private_key_id"u8)))}.{Encode(WriteClaims(file.Text("client_email"u8) ?? "", address, now))}";
        return (AddressOf(address),
        [
            new("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
            new("assertion", $"{text}.{Base64Url.EncodeToString(Sign(text, file.Text("private_key"u8) ?? ""))}"),
        ]);
    }

    private (Uri Address, IEnumerable<KeyValuePair<string, string?>> Form) OfUser(JsonElement file) => (AddressOf(file.Text("token_uri"u8) ?? UsualAddress),
    [
        new("grant_type", "refresh_token"),
        new("client_id", file.Text("client_id"u8)),
        new("client_secret", file.Text("client_secret"u8)),
        new("refresh_token", file.Text("refresh_token"u8)),
    ]);

    private Uri AddressOf(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttps || address.IsLoopback) ? address : throw Unusable("its token_uri is no https URL");

    private byte[] Sign(string text, string pem)
    {
        using var key = RSA.Create();
        try
        {
            key.ImportFromPem(pem);
            return key.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        }
        catch (Exception exception) when (exception is ArgumentException or CryptographicException)
        {
            throw Unusable("its private_key is no key");
        }
    }

    private static void WriteHeader(Utf8JsonWriter json, string? id)
    {
        json.WriteString("alg"u8, "RS256"u8);
        json.WriteString("typ"u8, "JWT"u8);
        if (id is not null)
        {
            json.WriteString("kid"u8, id);
        }
    }

    private static Action<Utf8JsonWriter> WriteHeader(string? id) => json => WriteHeader(json, id);

    private static Action<Utf8JsonWriter> WriteClaims(string account, string address, DateTimeOffset now) => json =>
    {
        json.WriteString("iss"u8, account);
        json.WriteString("scope"u8, Scope);
        json.WriteString("aud"u8, address);
        json.WriteNumber("iat"u8, now.ToUnixTimeSeconds());
        json.WriteNumber("exp"u8, (now + s_validity).ToUnixTimeSeconds());
    };

    private static string Encode(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return Base64Url.EncodeToString(buffer.ToArray());
    }

    private SigningException Unusable(string why) => new(Refused(why));
}
