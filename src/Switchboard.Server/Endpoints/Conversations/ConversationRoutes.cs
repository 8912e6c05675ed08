using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Switchboard.Server.Endpoints.Conversations;

/// <summary>The paths below <c>/api/v1</c>: chats that the gateway remembers.</summary>
internal static class ConversationRoutes
{
    private const string Get = "GET, HEAD";

    /// <summary>Maps them.</summary>
    public static void Map(IEndpointRouteBuilder endpoints, ApiEndpoint api, int order)
    {
        var services = endpoints.ServiceProvider;
        var routes = new RouteTable();
        var chat = services.GetRequiredService<ChatEndpoint>();
        Add("POST", "/chat", chat.AnswerAsync);
        Add("POST", "/chat/stream", chat.StreamAsync);
        var kept = services.GetRequiredService<ConversationsEndpoint>();
        Add(Get, "/conversations", kept.ListAsync);
        Add(Get, "/conversations/{id}", kept.GetAsync);
        Add("PATCH", "/conversations/{id}", kept.ChangeAsync);
        Add("DELETE", "/conversations/{id}", kept.DeleteAsync);
        Add(Get, "/conversations/{id}/messages", kept.ListMessagesAsync);
        Add(Get, "/conversations/{id}/export", kept.ExportAsync);
        routes.MapTo(endpoints, api, ["/api/v1"], order, around: ConversationAnswers.Around);

        void Add(string methods, string path, ApiHandler handler) => routes.Add(methods, path, api.For(handler));
    }
}
