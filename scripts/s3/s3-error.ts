/** Every error this server answers with: its HTTP status and the text a client sees. A closed table. */
const ERRORS = {
  AccessDenied: [403, "Access denied"],
  AccessForbidden: [403, "CORSResponse: this CORS request is not allowed"],
  AuthorizationHeaderMalformed: [400, "The authorization header is malformed"],
  AuthorizationQueryParametersError: [400, "The query-string authentication parameters are malformed"],
  BadDigest: [400, "A checksum you specified did not match what was received"],
  BucketAlreadyOwnedByYou: [409, "You already own this bucket"],
  BucketNotEmpty: [409, "The bucket you tried to delete is not empty"],
  EntityTooLarge: [400, "Your upload exceeds the maximum size allowed"],
  EntityTooSmall: [400, "A part other than the last is smaller than the minimum size"],
  IncompleteBody: [400, "The body is shorter or longer than its headers said"],
  InternalError: [500, "Internal error"],
  InvalidAccessKeyId: [403, "The access key id does not exist"],
  InvalidArgument: [400, "Invalid argument"],
  InvalidBucketName: [400, "The bucket name is not valid"],
  InvalidChunkSizeError: [400, "The aws-chunked framing is malformed"],
  InvalidDigest: [400, "The Content-MD5 is not valid"],
  InvalidPart: [400, "A part could not be found, or its ETag or checksum differs"],
  InvalidPartOrder: [400, "The parts are not in ascending order"],
  InvalidRange: [416, "The requested range is not satisfiable"],
  InvalidRequest: [400, "Invalid request"],
  InvalidURI: [400, "The URI could not be parsed"],
  KeyTooLongError: [400, "The key is longer than 1,024 bytes"],
  MalformedTrailerError: [400, "The request's trailers are malformed, or not those it declared"],
  MalformedXML: [400, "The XML is not well-formed or not what this operation takes"],
  MetadataTooLarge: [400, "The user metadata exceeds 2 KB"],
  MethodNotAllowed: [405, "The method is not allowed against this resource"],
  MissingContentLength: [411, "The length of the body must be given"],
  NoSuchBucket: [404, "The bucket does not exist"],
  NoSuchCORSConfiguration: [404, "The CORS configuration does not exist"],
  NoSuchKey: [404, "The key does not exist"],
  NoSuchUpload: [404, "The upload does not exist: it may have been completed or aborted"],
  NotImplemented: [501, "This development server does not implement that"],
  PreconditionFailed: [412, "At least one of the preconditions did not hold"],
  RequestTimeTooSkewed: [403, "The request's time differs too much from the server's"],
  SignatureDoesNotMatch: [403, "The signature does not match the request"],
  XAmzContentSHA256Mismatch: [400, "The x-amz-content-sha256 does not match what was received"],
} as const satisfies Record<string, readonly [status: number, message: string]>;

export type S3ErrorCode = keyof typeof ERRORS;

/** A refusal with one of S3's own codes; `headers` go out with the answer (e.g. `content-range` of a 416). */
export class S3Error extends Error {
  readonly code: S3ErrorCode;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: S3ErrorCode, message?: string, headers: Readonly<Record<string, string>> = {}) {
    super(message ?? ERRORS[code][1]);
    this.name = "S3Error";
    this.code = code;
    this.status = ERRORS[code][0];
    this.headers = headers;
  }
}
