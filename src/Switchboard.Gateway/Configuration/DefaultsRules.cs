using System.Globalization;

namespace Switchboard.Gateway.Configuration;

/// <summary>The rules of <c>defaults:</c>, the server's or a model's.</summary>
internal static class DefaultsRules
{
    private const int MostTokens = 1_048_576;

    public static void Check(string path, RequestDefaults? defaults, List<ConfigurationFault> faults)
    {
        if (defaults?.Temperature is { } temperature && !(temperature is >= 0 and <= 2))
        {
            faults.Add(new($"{path}.temperature", string.Create(CultureInfo.InvariantCulture, $"{temperature} is outside 0 to 2.")));
        }

        if (defaults?.MaxCompletionTokens is { } tokens)
        {
            Ranges.Check($"{path}.max_completion_tokens", tokens, 1, MostTokens, " tokens", faults);
        }

        if (defaults?.Model is { } model && string.IsNullOrWhiteSpace(model))
        {
            faults.Add(new($"{path}.model", "The name of a model is needed; leave it out otherwise."));
        }
    }
}
