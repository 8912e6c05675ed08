using System.Collections.ObjectModel;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Switchboard.Gateway.Access;

/// <summary>Policies and scopes as JSON: how policies are kept, and what the log and the admin API show. No hash is in it.</summary>
public static class AccessJson
{
    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly string[] s_periods = ["day", "month", "total"];

    /// <summary>The parts of a policy that are kept as text; <see cref="AccessPolicy.IsDisabled"/> and <see cref="AccessPolicy.ExpiresAt"/> are columns.</summary>
    public static string OfPolicy(AccessPolicy policy) => Write(json =>
    {
        json.WriteStartObject();
        WriteRules(json, policy);
        json.WriteEndObject();
    });

    /// <summary>A scope as administrators see it.</summary>
    public static string Of(AccessScope scope) => Write(json => WriteTo(json, scope));

    /// <summary>Writes a scope as administrators see it: an object.</summary>
    public static void WriteTo(Utf8JsonWriter json, AccessScope scope) => WriteTo(json, scope, null);

    /// <summary>Writes a scope as administrators see it, with the key itself where it has just been made.</summary>
    public static void WriteTo(Utf8JsonWriter json, AccessScope scope, KeyText? text)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(scope);
        json.WriteStartObject();
        json.WriteString("id"u8, scope.Id);
        json.WriteString("object"u8, scope switch { Team => "team", Project => "project", _ => "key" });
        json.WriteString("name"u8, scope.Name);
        if (text is not null)
        {
            json.WriteString("key"u8, text.Reveal());
        }

        if (scope is Project project)
        {
            WriteText(json, "team_id"u8, project.TeamId);
        }
        else if (scope is VirtualKey key)
        {
            WriteKey(json, key);
        }

        json.WriteNumber("created_at"u8, scope.CreatedAt.ToUnixTimeSeconds());
        json.WriteNumber("updated_at"u8, scope.UpdatedAt.ToUnixTimeSeconds());
        json.WriteBoolean("disabled"u8, scope.Policy.IsDisabled);
        WriteTime(json, "expires_at"u8, scope.Policy.ExpiresAt);
        WriteRules(json, scope.Policy);
        json.WriteEndObject();
    }

    /// <summary>Reads what <see cref="OfPolicy"/> wrote; members of newer versions are left out.</summary>
    public static AccessPolicy ReadPolicy(string text)
    {
        using var document = JsonDocument.Parse(text);
        var policy = document.RootElement;
        return new AccessPolicy
        {
            AllowedModels = Texts(policy, "allowed_models"),
            AllowedProviders = Texts(policy, "allowed_providers"),
            AllowedAddresses = Texts(policy, "allowed_addresses"),
            Limits = policy.TryGetProperty("limits", out var limits) ? ReadLimits(limits) : new AccessLimits(),
            Budgets = policy.TryGetProperty("budgets", out var budgets) ? [.. budgets.EnumerateArray().Select(ReadBudget)] : [],
            Metadata = policy.TryGetProperty("metadata", out var metadata)
                ? metadata.EnumerateObject().ToDictionary(pair => pair.Name, pair => pair.Value.GetString()!, StringComparer.Ordinal)
                : new Dictionary<string, string>(),
        };
    }

    private static string Write(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, s_options))
        {
            write(json);
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
    }

    private static void WriteKey(Utf8JsonWriter json, VirtualKey key)
    {
        WriteText(json, "project_id"u8, key.ProjectId);
        json.WriteString("key_head"u8, key.Head);
        json.WriteString("key_tail"u8, key.Tail);
        json.WriteBoolean("administrator"u8, key.IsAdministrator);
        WriteTime(json, "grace_until"u8, key.GraceUntil);
        WriteTime(json, "last_used_at"u8, key.LastUsedAt);
    }

    private static void WriteRules(Utf8JsonWriter json, AccessPolicy policy)
    {
        WriteTexts(json, "allowed_models"u8, policy.AllowedModels);
        WriteTexts(json, "allowed_providers"u8, policy.AllowedProviders);
        WriteTexts(json, "allowed_addresses"u8, policy.AllowedAddresses);
        json.WriteStartObject("limits"u8);
        WriteLimits(json, policy.Limits);
        json.WriteStartObject("models"u8);
        foreach (var (model, limits) in policy.Limits.Models)
        {
            json.WriteStartObject(model);
            WriteLimits(json, limits);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteStartArray("budgets"u8);
        foreach (var budget in policy.Budgets)
        {
            json.WriteStartObject();
            json.WriteString("period"u8, s_periods[(int)budget.Period]);
            json.WriteNumber("amount"u8, budget.ToDollars());
            json.WriteNumber("warn_at"u8, budget.WarnAt);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartObject("metadata"u8);
        foreach (var (name, value) in policy.Metadata)
        {
            json.WriteString(name, value);
        }

        json.WriteEndObject();
    }

    private static void WriteLimits(Utf8JsonWriter json, AccessLimits limits)
    {
        WriteNumber(json, "requests_per_minute"u8, limits.RequestsPerMinute);
        WriteNumber(json, "requests_per_day"u8, limits.RequestsPerDay);
        WriteNumber(json, "tokens_per_minute"u8, limits.TokensPerMinute);
        WriteNumber(json, "tokens_per_day"u8, limits.TokensPerDay);
        WriteNumber(json, "concurrent_requests"u8, limits.ConcurrentRequests);
    }

    private static AccessLimits ReadLimits(JsonElement limits) => ReadNumbers(limits) with
    {
        Models = limits.TryGetProperty("models", out var models) && models.EnumerateObject().Any()
            ? models.EnumerateObject().ToDictionary(model => model.Name, model => ReadNumbers(model.Value), StringComparer.Ordinal)
            : ReadOnlyDictionary<string, AccessLimits>.Empty,
    };

    private static AccessLimits ReadNumbers(JsonElement limits) => new()
    {
        RequestsPerMinute = Number(limits, "requests_per_minute"),
        RequestsPerDay = Number(limits, "requests_per_day"),
        TokensPerMinute = Number(limits, "tokens_per_minute"),
        TokensPerDay = Number(limits, "tokens_per_day"),
        ConcurrentRequests = Number(limits, "concurrent_requests"),
    };

    private static Budget ReadBudget(JsonElement budget) => new(
        (BudgetPeriod)Array.IndexOf(s_periods, budget.GetProperty("period").GetString()),
        Budget.Nano(budget.GetProperty("amount").GetDecimal()),
        budget.GetProperty("warn_at").GetDouble());

    private static string[] Texts(JsonElement element, string name) =>
        element.TryGetProperty(name, out var texts) ? [.. texts.EnumerateArray().Select(text => text.GetString()!)] : [];

    private static long? Number(JsonElement element, string name) =>
        element.TryGetProperty(name, out var number) && number.ValueKind == JsonValueKind.Number ? number.GetInt64() : null;

    private static void WriteTexts(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }

    private static void WriteText(Utf8JsonWriter json, ReadOnlySpan<byte> name, string? text)
    {
        if (text is null)
        {
            json.WriteNull(name);
        }
        else
        {
            json.WriteString(name, text);
        }
    }

    private static void WriteNumber(Utf8JsonWriter json, ReadOnlySpan<byte> name, long? number)
    {
        if (number is { } value)
        {
            json.WriteNumber(name, value);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static void WriteTime(Utf8JsonWriter json, ReadOnlySpan<byte> name, DateTimeOffset? time) => WriteNumber(json, name, time?.ToUnixTimeSeconds());
}
