using System.Text.RegularExpressions;
using Switchboard.Gateway.Guardrails.Finding;
using Switchboard.Gateway.Guardrails.Schemas;
using Switchboard.Protocol.Webhooks;

namespace Switchboard.Gateway.Configuration;

/// <summary>The rules of the <c>guardrails:</c> list.</summary>
public static class GuardrailRules
{
    private const int LongestName = 64;
    private const int LongestMask = 100;
    private const int MostWords = 10_000;
    private const int LongestWord = 200;

    // A setting that says something only to some checks, and whether it is written.
    private static readonly (string Setting, Func<GuardrailSettings, bool> IsSet, GuardrailCheck[] Checks)[] s_owners =
    [
        ("kinds", settings => settings.Kinds.Count > 0, [GuardrailCheck.PersonalData]),
        ("words", settings => settings.Words.Count > 0, [GuardrailCheck.Words]),
        ("whole_words", settings => !settings.WholeWords, [GuardrailCheck.Words]),
        ("ignore_case", settings => !settings.IgnoreCase, [GuardrailCheck.Words, GuardrailCheck.Regex]),
        ("pattern", settings => settings.Pattern is not null, [GuardrailCheck.Regex]),
        ("window", settings => settings.Window != 256, [GuardrailCheck.Regex]),
        ("max_characters", settings => settings.MaxCharacters is not null, [GuardrailCheck.Length]),
        ("model", settings => settings.Model is not null, [GuardrailCheck.Moderation]),
        ("ask", settings => settings.Ask != ModerationQuestion.Moderations, [GuardrailCheck.Moderation]),
        ("prompt", settings => settings.Prompt is not null, [GuardrailCheck.Moderation]),
        ("categories", settings => settings.Categories.Count > 0, [GuardrailCheck.Moderation]),
        ("threshold", settings => settings.Threshold is not null, [GuardrailCheck.Moderation]),
        ("url", settings => settings.Url is not null, [GuardrailCheck.Webhook]),
        ("secret", settings => settings.Secret is not null, [GuardrailCheck.Webhook]),
        ("when_unavailable", settings => settings.WhenUnavailable != GuardrailFailure.Refuse, [GuardrailCheck.Moderation, GuardrailCheck.Webhook]),
        ("every", settings => settings.Every != 1000, [GuardrailCheck.Moderation, GuardrailCheck.Webhook]),
        ("schema", settings => settings.Schema is not null, [GuardrailCheck.JsonSchema]),
        ("mask_with", settings => settings.MaskWith is not null, [GuardrailCheck.Secrets, GuardrailCheck.PersonalData, GuardrailCheck.Words, GuardrailCheck.Regex]),
    ];

    /// <summary>What <c>kinds</c> of personal data there are.</summary>
    public static IReadOnlyList<string> PersonalKinds => PersonalData.Kinds;

    internal static void Check(IReadOnlyList<GuardrailSettings> guardrails, List<ConfigurationFault> faults)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < guardrails.Count; i++)
        {
            var (path, settings) = ($"guardrails[{i}]", guardrails[i]);
            if (settings.Name.Length is 0 or > LongestName || !settings.Name.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_'))
            {
                faults.Add(new($"{path}.name", $"It is made of letters, digits, '-' and '_', at most {LongestName} of them."));
            }
            else if (!names.Add(settings.Name))
            {
                faults.Add(new($"{path}.name", $"There is another guardrail '{settings.Name}'."));
            }

            Check(path, settings, faults);
        }
    }

    /// <summary>The regular expression of a guardrail.</summary>
    internal static Regex Compile(GuardrailSettings settings) =>
        new(settings.Pattern!, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | (settings.IgnoreCase ? RegexOptions.IgnoreCase : RegexOptions.None));

    private static void Check(string path, GuardrailSettings settings, List<ConfigurationFault> faults)
    {
        foreach (var (setting, isSet, checks) in s_owners)
        {
            if (isSet(settings) && !checks.Contains(settings.Check))
            {
                faults.Add(new($"{path}.{setting}", $"It says nothing to the check {WordOf(settings.Check)}; it is for {string.Join(", ", checks.Select(WordOf))}."));
            }
        }

        CheckAction(path, settings, faults);
        if (settings.MaskWith is { Length: > LongestMask })
        {
            faults.Add(new($"{path}.mask_with", $"At most {LongestMask} characters are possible."));
        }

        Ranges.Check($"{path}.window", settings.Window, 1, 16_384, " characters", faults);
        Ranges.Check($"{path}.every", settings.Every, 100, 1_000_000, " characters", faults);
        Ranges.Check($"{path}.timeout", settings.Timeout, TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(2), faults);
        CheckOwn(path, settings, faults);
    }

    private static void CheckAction(string path, GuardrailSettings settings, List<ConfigurationFault> faults)
    {
        var (check, action) = (settings.Check, settings.Action);
        if (check == GuardrailCheck.Webhook && action != GuardrailAction.Refuse)
        {
            faults.Add(new($"{path}.action", "A webhook says itself what becomes of a text."));
        }
        else if (action == GuardrailAction.Mask && check is (GuardrailCheck.Length or GuardrailCheck.Moderation or GuardrailCheck.JsonSchema))
        {
            faults.Add(new($"{path}.action", $"The check {WordOf(check)} finds no place that could be masked; refuse and warn are possible."));
        }

        if (check == GuardrailCheck.JsonSchema && settings.On == GuardrailSide.Input)
        {
            faults.Add(new($"{path}.on", "A JSON schema is for answers: output."));
        }
    }

    private static void CheckOwn(string path, GuardrailSettings settings, List<ConfigurationFault> faults)
    {
        switch (settings.Check)
        {
            case GuardrailCheck.PersonalData:
                faults.AddRange(settings.Kinds.Where(kind => !PersonalKinds.Contains(kind)).Take(1)
                    .Select(kind => new ConfigurationFault($"{path}.kinds", $"'{kind}' is none of {string.Join(", ", PersonalKinds)}.")));
                break;
            case GuardrailCheck.Words:
                CheckWords($"{path}.words", settings.Words, faults);
                break;
            case GuardrailCheck.Regex:
                CheckPattern($"{path}.pattern", settings, faults);
                break;
            case GuardrailCheck.Length when settings.MaxCharacters is null:
                faults.Add(new($"{path}.max_characters", "It is needed: the most characters of all texts together."));
                break;
            case GuardrailCheck.Length:
                Ranges.Check($"{path}.max_characters", settings.MaxCharacters!.Value, 1, 1_000_000_000, " characters", faults);
                break;
            case GuardrailCheck.Moderation:
                CheckModeration(path, settings, faults);
                break;
            case GuardrailCheck.Webhook:
                CheckWebhook(path, settings, faults);
                break;
            case GuardrailCheck.JsonSchema when settings.Schema is { } schema && JsonSchema.TryParse(schema, isStrict: true, out var fault) is null:
                faults.Add(new($"{path}.schema", fault!));
                break;
        }
    }

    private static void CheckWords(string path, IReadOnlyList<string> words, List<ConfigurationFault> faults)
    {
        if (words.Count is 0 or > MostWords)
        {
            faults.Add(new(path, $"A list of 1 to {MostWords} words is needed."));
        }
        else if (words.Any(word => string.IsNullOrWhiteSpace(word) || word.Length > LongestWord))
        {
            faults.Add(new(path, $"A word has 1 to {LongestWord} characters."));
        }
    }

    private static void CheckPattern(string path, GuardrailSettings settings, List<ConfigurationFault> faults)
    {
        if (string.IsNullOrEmpty(settings.Pattern))
        {
            faults.Add(new(path, "A regular expression is needed."));
            return;
        }

        try
        {
            Compile(settings);
        }
        catch (RegexParseException fault)
        {
            faults.Add(new(path, $"It is no regular expression, at character {fault.Offset + 1}: {fault.Error}."));
        }
        catch (NotSupportedException)
        {
            faults.Add(new(path, "Lookarounds, backreferences, atomic groups and conditions are not possible: what needs them can take exponential time. A pattern may also not be too large."));
        }
    }

    private static void CheckModeration(string path, GuardrailSettings settings, List<ConfigurationFault> faults)
    {
        if (string.IsNullOrWhiteSpace(settings.Model))
        {
            faults.Add(new($"{path}.model", "The model that is asked is needed, such as openai/omni-moderation-latest."));
        }

        if (settings.Ask != ModerationQuestion.Chat && settings.Prompt is not null)
        {
            faults.Add(new($"{path}.prompt", "Only a chat has a prompt; write ask: chat."));
        }

        if (settings.Threshold is { } threshold)
        {
            Ranges.Check($"{path}.threshold", threshold, 0, 1, faults);
            if (settings.Ask == ModerationQuestion.Chat)
            {
                faults.Add(new($"{path}.threshold", "A chat gives no scores."));
            }
        }
    }

    private static void CheckWebhook(string path, GuardrailSettings settings, List<ConfigurationFault> faults)
    {
        if (settings.Url is not { IsAbsoluteUri: true, Scheme: "http" or "https" })
        {
            faults.Add(new($"{path}.url", "An address is needed, such as https://checks.example.com/texts."));
        }

        if (settings.Secret?.Reveal() is { } secret && !IsUsable(secret))
        {
            faults.Add(new($"{path}.secret", "It is empty, or begins with whsec_ and is not base64 after it."));
        }
    }

    private static bool IsUsable(string secret)
    {
        try
        {
            WebhookSignature.Sign([], "check", DateTimeOffset.UnixEpoch, secret);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static string WordOf(GuardrailCheck check) => check switch
    {
        GuardrailCheck.PersonalData => "personal_data",
        GuardrailCheck.JsonSchema => "json_schema",
        _ => check.ToString().ToLowerInvariant(),
    };
}
