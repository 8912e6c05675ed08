using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Conversations;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.State;
using Switchboard.Server.Endpoints.Admin;

namespace Switchboard.Server.Endpoints.Conversations;

/// <summary>The conversations of a caller's tenant: list, read, rename, delete, export. Of others' it is said that there are none.</summary>
internal sealed class ConversationsEndpoint(GatewayRuntime runtime, ConversationService conversations, IConversationRecords records)
{
    private const int LongestTitle = 200;
    private const int LongestModel = 256;

    private ConversationSettings Settings => runtime.Configuration.Conversations;

    /// <summary>Lists a page, the youngest first.</summary>
    public async ValueTask<GatewayError?> ListAsync(HttpContext context, CancellationToken cancellationToken)
    {
        if (PagedList.Read(context.Request, new RecordsQuery { NewestFirst = true }, out var query) is { } error)
        {
            return error;
        }

        if (query.After is { } after)
        {
            query = query with { After = ConversationIds.OfUuid(after) ?? after };
        }

        if (await conversations.ListAsync(Tenant(context), query, cancellationToken) is not { } page)
        {
            return NothingAfter();
        }

        await PagedList.WriteAsync(context, page, one => ConversationIds.ToUuid(one.Id), ConversationJson.Write, tellsFirst: false, cancellationToken);
        return null;
    }

    /// <summary>Tells of one.</summary>
    public async ValueTask<GatewayError?> GetAsync(HttpContext context, CancellationToken cancellationToken)
    {
        if (await FindAsync(context, 0, cancellationToken) is not { } found)
        {
            return NotFound(context);
        }

        await JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, json => ConversationJson.Write(json, found.Conversation), cancellationToken);
        return null;
    }

    /// <summary>Renames one, or changes its model or its system prompt.</summary>
    public async ValueTask<GatewayError?> ChangeAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var (body, error) = await ConversationBody.ReadAsync(context, cancellationToken);
        if (body is null)
        {
            return error;
        }

        var (title, model, prompt) = (body.Text("title", LongestTitle), body.Text("model", LongestModel), body.Text("system_prompt", ChatEndpoint.LongestPrompt));
        if (body.Faults.Count == 0 && !(body.Has("title") || body.Has("model") || body.Has("system_prompt")))
        {
            body.RefuseValue("title", "is missing; it, 'model' or 'system_prompt' can be changed", "missing");
        }

        if (body.Faults.Count > 0)
        {
            await ConversationAnswers.RefuseAsync(context, body.Faults, cancellationToken);
            return null;
        }

        var changed = await FindAsync(context, 0, cancellationToken) is not { } found ? null : await records.ChangeAsync(
            found.Conversation.Tenant,
            found.Conversation.Id,
            conversation => conversation with
            {
                Title = body.Has("title") ? title : conversation.Title,
                Model = body.Has("model") ? model is { Length: > 0 } ? model : null : conversation.Model,
                SystemPrompt = body.Has("system_prompt") ? prompt : conversation.SystemPrompt,
            },
            cancellationToken);
        if (changed is null)
        {
            return NotFound(context);
        }

        await JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, json => ConversationJson.Write(json, changed), cancellationToken);
        return null;
    }

    /// <summary>Deletes one, and all that was said in it.</summary>
    public async ValueTask<GatewayError?> DeleteAsync(HttpContext context, CancellationToken cancellationToken)
    {
        if (IdOf(context) is not { } id || !await records.DeleteAsync(Tenant(context), id, cancellationToken))
        {
            return NotFound(context);
        }

        await JsonAnswer.WriteAsync(
            context,
            StatusCodes.Status200OK,
            json =>
            {
                json.WriteStartObject();
                json.WriteString("id"u8, ConversationIds.ToUuid(id));
                json.WriteString("object"u8, "conversation.deleted"u8);
                json.WriteBoolean("deleted"u8, true);
                json.WriteEndObject();
            },
            cancellationToken);
        return null;
    }

    /// <summary>Lists a page of what was said, the oldest first.</summary>
    public async ValueTask<GatewayError?> ListMessagesAsync(HttpContext context, CancellationToken cancellationToken)
    {
        if (PagedList.Read(context.Request, new RecordsQuery(), out var query) is { } error)
        {
            return error;
        }

        if (await FindAsync(context, 0, cancellationToken) is not { } found)
        {
            return NotFound(context);
        }

        if (await records.ListItemsAsync(found.Conversation.Tenant, found.Conversation.Id, query, cancellationToken) is not { } page)
        {
            return NothingAfter();
        }

        await PagedList.WriteAsync(context, page, item => item.Id, ConversationJson.Write, tellsFirst: false, cancellationToken);
        return null;
    }

    /// <summary>Gives all of one as a file: <c>format</c> is <c>json</c>, <c>markdown</c> or <c>text</c>.</summary>
    public async ValueTask<GatewayError?> ExportAsync(HttpContext context, CancellationToken cancellationToken)
    {
        if (PagedList.CheckOnce(context.Request.Query, "format") is { } twice)
        {
            return twice;
        }

        var format = PagedList.One(context.Request, "format") ?? "json";
        if (format is not ("json" or "markdown" or "text"))
        {
            await ConversationAnswers.RefuseAsync(context, [new FieldFault("query", "format", "'format' must be json, markdown or text.", "enum")], cancellationToken);
            return null;
        }

        if (await FindAsync(context, int.MaxValue, cancellationToken) is not { } history)
        {
            return NotFound(context);
        }

        var ending = format switch { "markdown" => "md", "text" => "txt", _ => "json" };
        context.Response.Headers.ContentDisposition = $"attachment; filename=\"conversation-{ConversationIds.ToUuid(history.Conversation.Id)}.{ending}\"";
        if (format == "json")
        {
            await JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, json => Write(json, history), cancellationToken);
            return null;
        }

        var text = Encoding.UTF8.GetBytes(format == "text" ? ConversationText.ToText(history) : ConversationText.ToMarkdown(history));
        context.Response.ContentType = format == "text" ? "text/plain; charset=utf-8" : "text/markdown; charset=utf-8";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.ContentLength = text.Length;
        await context.Response.Body.WriteAsync(text, cancellationToken);
        return null;
    }

    private static void Write(Utf8JsonWriter json, ConversationHistory history)
    {
        json.WriteStartObject();
        ConversationJson.WriteMembers(json, history.Conversation);
        json.WriteStartArray("messages"u8);
        foreach (var item in history.Items)
        {
            ConversationJson.Write(json, item);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static string Tenant(HttpContext context) => ConversationService.TenantOf(RequestCaller.Of(context));

    private static string? IdOf(HttpContext context) => ConversationIds.OfUuid(AdminRequest.IdOf(context));

    private static GatewayError NotFound(HttpContext context)
    {
        var id = AdminRequest.IdOf(context);
        return ConversationErrors.NotFound(id.Length <= 64 ? id : id[..64]);
    }

    private static GatewayError NothingAfter() => GatewayError.InvalidRequest("What 'after' names is not there.", "after", "invalid_value");

    private async ValueTask<ConversationHistory?> FindAsync(HttpContext context, int turns, CancellationToken cancellationToken) =>
        IdOf(context) is { } id ? await conversations.FindAsync(Tenant(context), id, turns, Settings, cancellationToken) : null;
}
