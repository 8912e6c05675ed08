using Switchboard.Protocol.Webhooks;

namespace Switchboard.Gateway.Configuration;

/// <summary>The rules of the <c>files:</c> and <c>batches:</c> parts.</summary>
internal static class FileRules
{
    private const int MostMegabytes = 65_536;
    private const int MostLines = 10_000;
    private const int MostAttempts = 100;

    public static void Check(FileSettings files, BatchSettings batches, List<ConfigurationFault> faults)
    {
        Ranges.Check("files.max_mb", files.MaxMegabytes, 1, MostMegabytes, " megabytes", faults);
        Ranges.Check("batches.concurrency", batches.Concurrency, 0, MostLines, "", faults);
        Ranges.Check("batches.attempts", batches.Attempts, 1, MostAttempts, "", faults);
        if (batches.Webhook is not { } webhook)
        {
            return;
        }

        if (webhook.Url is not { IsAbsoluteUri: true, Scheme: "http" or "https" })
        {
            faults.Add(new("batches.webhook.url", "An absolute http or https URL is needed."));
        }

        if (webhook.Secret is not { } secret || !CanSign(secret.Reveal()))
        {
            faults.Add(new("batches.webhook.secret", "A secret is needed: whsec_ and base64, or else any text. `echo whsec_$(openssl rand -base64 32)` makes one."));
        }
    }

    private static bool CanSign(string secret)
    {
        try
        {
            WebhookSignature.Sign([], "id", DateTimeOffset.UnixEpoch, secret);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
