using System.Text.Json;
using Switchboard.Testing.Places;

namespace Switchboard.Testing.Fixtures;

/// <summary>The real requests of <c>../shared/fixtures</c>, as an SDK sent them to providers that took them.</summary>
public static class RecordedRequests
{
    /// <summary>The bodies of requests that were answered with 200, by the end of their path.</summary>
    public static IEnumerable<(string Name, Uri Uri, JsonElement Body)> To(Func<string, bool> path)
    {
        foreach (var file in Directory.EnumerateFiles(SharedFolder.Combine("fixtures", "crmne+ruby_llm"), "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            foreach (var pair in JsonElement.Parse(File.ReadAllBytes(file)).EnumerateArray())
            {
                var uri = pair.GetProperty("uri").GetString()!.Replace("<AWS_REGION>", "us-west-2", StringComparison.Ordinal);
                if (Uri.TryCreate(uri, UriKind.Absolute, out var address) && path(address.AbsolutePath)
                    && pair.GetProperty("status").GetInt32() == 200 && pair.GetProperty("request_body") is { ValueKind: JsonValueKind.Object } body)
                {
                    yield return (Path.GetFileName(file), address, body);
                }
            }
        }
    }
}
