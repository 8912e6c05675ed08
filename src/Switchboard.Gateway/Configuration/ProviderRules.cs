using System.Buffers;
using Switchboard.Gateway.Translation.Markup;

namespace Switchboard.Gateway.Configuration;

/// <summary>The rules of one provider.</summary>
internal static class ProviderRules
{
    private static readonly SearchValues<char> s_nameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_-");

    public static void Check(string name, ProviderSettings provider, StorageSettings storage, IReadOnlyCollection<string> types, List<ConfigurationFault> faults)
    {
        var path = $"providers.{name}";
        if (name.Length == 0 || name.AsSpan().ContainsAnyExcept(s_nameCharacters))
        {
            faults.Add(new(path, "The name of a provider is made of a-z, 0-9, '_' and '-': it is the prefix of 'provider/model'."));
        }

        if (!types.Contains(provider.Type))
        {
            faults.Add(new($"{path}.type", $"'{provider.Type}' is no kind of provider; there are {string.Join(", ", types)}."));
        }

        CheckUrl($"{path}.base_url", provider.BaseUrl, faults);
        CheckUrl($"{path}.endpoint", provider.Endpoint, faults);
        CheckUrl($"{path}.authority", provider.Authority, faults);
        SecretRules.Check(path, provider, storage, faults);
        OwnSettingRules.Check(path, provider, faults);
        CheckTimes(path, provider, faults);
        CheckParser($"{path}.reasoning_parser", provider.ReasoningParser, null, faults);
        CheckParser($"{path}.tool_parser", null, provider.ToolParser, faults);
        foreach (var (member, rule) in provider.Parameters.All)
        {
            if (member is "model" or "messages" or "input" or "prompt" or "stream" || rule.NewName is "model" or "messages" or "input" or "prompt" or "stream")
            {
                faults.Add(new($"{path}.parameters.{member}", "A request is nothing without this member; it is neither left out nor renamed."));
            }
        }

        Ranges.Check($"{path}.max_concurrency", provider.MaxConcurrency ?? 1, 1, Ranges.MostRequests, "", faults);
        Ranges.Check($"{path}.max_queue", provider.MaxQueue, 0, Ranges.MostRequests, "", faults);
    }

    private static void CheckUrl(string path, Uri? address, List<ConfigurationFault> faults)
    {
        if (address is not { } url)
        {
            return;
        }

        if (!url.IsAbsoluteUri || (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps))
        {
            faults.Add(new(path, "It must be a whole http or https URL, such as https://api.openai.com/v1."));
            return;
        }

        if (url.UserInfo.Length > 0)
        {
            faults.Add(new(path, "It must not hold a user or password; the key belongs in api_key."));
        }

        if (url.Query.Length > 0 || url.Fragment.Length > 0)
        {
            faults.Add(new(path, "It must not hold a query or fragment: the paths of the API are put after it."));
        }
    }

    private static void CheckParser(string path, string? reasoningParser, string? toolParser, List<ConfigurationFault> faults)
    {
        if (!MarkupFormat.TryFind(reasoningParser, toolParser, out _, out var fault))
        {
            faults.Add(new(path, fault));
        }
    }

    private static void CheckTimes(string path, ProviderSettings provider, List<ConfigurationFault> faults)
    {
        var second = TimeSpan.FromSeconds(1);
        var hour = TimeSpan.FromHours(1);
        var tenMinutes = TimeSpan.FromMinutes(10);
        Ranges.Check($"{path}.connect_timeout", provider.ConnectTimeout, TimeSpan.FromMilliseconds(100), tenMinutes, faults);
        Ranges.Check($"{path}.timeout", provider.Timeout, second, hour, faults);
        Ranges.Check($"{path}.idle_timeout", provider.IdleTimeout, second, hour, faults);
        Ranges.Check($"{path}.total_timeout", provider.TotalTimeout ?? second, second, TimeSpan.FromHours(24), faults);
        Ranges.Check($"{path}.commit_after", provider.CommitAfter, TimeSpan.Zero, tenMinutes, faults);
    }
}
