using System.Buffers;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Requests;
using Switchboard.Gateway.Translation;
using Switchboard.Protocol.Webhooks;

namespace Switchboard.Gateway.Guardrails.Asking;

/// <summary>Asks a webhook: texts go out as JSON, signed as Standard Webhooks has it, and its answer says what becomes of them.</summary>
internal sealed class WebhookQuestion(GuardrailSettings settings, TimeProvider time) : IQuestion
{
    private const int LongestReason = 300;
    private const int MostBytes = 8 * 1024 * 1024;

    // For all webhooks: it holds connections and nothing else. Nobody is followed elsewhere with the texts of others.
    private static readonly HttpMessageInvoker s_http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    });

    /// <inheritdoc/>
    public async ValueTask<TextVerdict> AskAsync(GuardedCall call, GuardrailSide side, IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        try
        {
            using var request = RequestOf(BodyOf(call, side, texts));
            using var answer = await s_http.SendAsync(request, cancellationToken);
            if (!answer.IsSuccessStatusCode)
            {
                return TextVerdict.Unavailable(string.Create(CultureInfo.InvariantCulture, $"the webhook answered with {(int)answer.StatusCode}."));
            }

            return await ReadAsync(answer, cancellationToken) is { } body ? Read(body, texts) : TextVerdict.Unavailable("the webhook's answer is too large.");
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return TextVerdict.Unavailable("the webhook cannot be reached.");
        }
        catch (Exception exception) when (UnreadableAnswer.Is(exception))
        {
            return TextVerdict.Unavailable("the webhook's answer is not of the shape that is expected.");
        }
    }

    private HttpRequestMessage RequestOf(byte[] body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, settings.Url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (settings.Secret is { } secret)
        {
            var (id, now) = ($"msg_{Guid.CreateVersion7(time.GetUtcNow()):N}", time.GetUtcNow());
            request.Headers.Add("webhook-id", id);
            request.Headers.Add("webhook-timestamp", now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
            request.Headers.Add("webhook-signature", WebhookSignature.Sign(body, id, now, secret.Reveal()));
        }

        return request;
    }

    private byte[] BodyOf(GuardedCall call, GuardrailSide side, IReadOnlyList<string> texts)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteString("guardrail"u8, settings.Name);
        json.WriteString("stage"u8, side == GuardrailSide.Input ? "input"u8 : "output"u8);
        json.WriteString("request_id"u8, call.Call.RequestId);
        json.WriteString("model"u8, call.Call.Facts.Model);
        json.WriteString("key"u8, call.Call.Caller.KeyId);
        json.WriteString("project"u8, call.Call.Caller.Project);
        json.WriteStartArray("texts"u8);
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        await using var stream = await answer.Content.ReadAsStreamAsync(cancellationToken);
        var body = new ArrayBufferWriter<byte>(4096);
        while (body.WrittenCount <= MostBytes)
        {
            var read = await stream.ReadAsync(body.GetMemory(4096), cancellationToken);
            if (read == 0)
            {
                return body.WrittenMemory;
            }

            body.Advance(read);
        }

        return null;
    }

    private static TextVerdict Read(ReadOnlyMemory<byte> body, IReadOnlyList<string> texts)
    {
        using var json = JsonDocument.Parse(body, RequestReader.DocumentOptions);
        var root = json.RootElement;
        switch (root.GetProperty("action"u8).GetString())
        {
            case "allow":
                return TextVerdict.Allowed;
            case "mask":
                var masked = root.GetProperty("texts"u8).EnumerateArray().Select(text => text.GetString() ?? "").ToList();
                return masked.Count == texts.Count ? TextVerdict.Mask(masked) : TextVerdict.Unavailable("the webhook gave another number of texts.");
            case "refuse":
                var reason = root.TryGetProperty("reason"u8, out var told) && told.ValueKind == JsonValueKind.String ? told.GetString()! : "";
                return TextVerdict.Refuse(reason.Length == 0 ? "was refused" : $"was refused: {Cut(reason)}");
            default:
                return TextVerdict.Unavailable("the webhook says neither allow, mask nor refuse.");
        }
    }

    // Headers never carry it, so that only its length is bounded.
    private static string Cut(string reason) => (reason.Length <= LongestReason ? reason : reason[..LongestReason]).TrimEnd('.');
}
