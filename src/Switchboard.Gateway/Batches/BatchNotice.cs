using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Switchboard.Protocol.Webhooks;

namespace Switchboard.Gateway.Batches;

/// <summary>
/// Tells of a batch's end: OpenAI's event (<c>batch.completed</c> and its like), signed as Standard Webhooks has it.
/// Where nobody takes it, it is told again later, under the same id, by whichever gateway is there then.
/// </summary>
internal static partial class BatchNotice
{
    private static readonly TimeSpan[] s_pauses =
        [TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(6)];

    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(10);

    // The secret signs for one address, and where that leads to is not said.
    private static readonly HttpClient s_client = new(new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) }) { Timeout = s_timeout };

    /// <summary>Tells of the end of a batch that is over, and lets go of it.</summary>
    public static async Task SendAsync(BatchHold hold, BatchServices services, CancellationToken cancellationToken)
    {
        var batch = hold.Batch;
        var isTaken = services.Settings.Webhook is null || await TryAsync(batch, services, cancellationToken);
        DateTimeOffset? again = isTaken || batch.Notices >= s_pauses.Length ? null : services.Time.GetUtcNow() + s_pauses[batch.Notices];
        if (!isTaken && again is null)
        {
            Log.GivenUp(services.Logger, batch.Id, batch.Notices + 1);
        }

        await hold.LetGoAsync(known => known with { Notices = known.Notices + 1 }, again, cancellationToken);
    }

    private static async Task<bool> TryAsync(Batch batch, BatchServices services, CancellationToken cancellationToken)
    {
        // The same at each attempt, so that who got it twice can tell.
        var id = $"evt_{batch.Id["batch_sb".Length..]}";
        var now = services.Time.GetUtcNow();
        var body = BodyOf(batch, id);
        using var request = new HttpRequestMessage(HttpMethod.Post, services.Settings.Webhook!.Url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", WebhookSignature.Sign(body, id, now, services.Settings.Webhook.Secret!.Reveal()));
        try
        {
            using var answer = await s_client.SendAsync(request, cancellationToken);
            if (!answer.IsSuccessStatusCode)
            {
                Log.NotTaken(services.Logger, batch.Id, $"status {(int)answer.StatusCode}");
            }

            return answer.IsSuccessStatusCode;
        }
        catch (Exception fault) when (fault is HttpRequestException || (fault is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            Log.NotTaken(services.Logger, batch.Id, fault is HttpRequestException ? fault.Message : "no answer in 10 seconds");
            return false;
        }
    }

    private static byte[] BodyOf(Batch batch, string id)
    {
        using var body = new MemoryStream();
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteString("id"u8, id);
            json.WriteString("object"u8, "event"u8);
            json.WriteNumber("created_at"u8, (batch.EndedAt ?? batch.CreatedAt).ToUnixTimeSeconds());
            json.WriteString("type"u8, $"batch.{batch.Status}");
            json.WriteStartObject("data"u8);
            json.WriteString("id"u8, batch.Id);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return body.ToArray();
    }

    private static partial class Log
    {
        [LoggerMessage(1612, LogLevel.Warning, "The webhook for the batch {Id} was not taken: {Fault}.")]
        public static partial void NotTaken(ILogger logger, string id, string fault);

        [LoggerMessage(1613, LogLevel.Error, "The webhook for the batch {Id} is given up after {Count} attempts.")]
        public static partial void GivenUp(ILogger logger, string id, int count);
    }
}
