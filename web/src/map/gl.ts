// Small helpers for WebGL 2: programs, attributes, textures.

const shader = (gl: WebGL2RenderingContext, kind: number, source: string): WebGLShader => {
  const made = gl.createShader(kind);
  if (!made) throw new Error("The graphics context is lost.");
  gl.shaderSource(made, source);
  gl.compileShader(made);
  if (!gl.getShaderParameter(made, gl.COMPILE_STATUS) && !gl.isContextLost())
    throw new Error(gl.getShaderInfoLog(made) ?? "A shader could not be compiled.");
  return made;
};

export interface Program {
  readonly program: WebGLProgram;
  /** Makes it the current program. */
  enter(): void;
  /** Location of an attribute; −1 where the program does not use it. */
  attribute(name: string): number;
  uniform(name: string): WebGLUniformLocation | null;
}

export const makeProgram = (
  gl: WebGL2RenderingContext,
  vertex: string,
  fragment: string,
): Program => {
  const program = gl.createProgram();
  const parts = [shader(gl, gl.VERTEX_SHADER, vertex), shader(gl, gl.FRAGMENT_SHADER, fragment)];
  for (const part of parts) gl.attachShader(program, part);
  gl.linkProgram(program);
  for (const part of parts) gl.deleteShader(part);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS) && !gl.isContextLost())
    throw new Error(gl.getProgramInfoLog(program) ?? "The shaders could not be linked.");
  const uniforms = new Map<string, WebGLUniformLocation | null>();
  return {
    program,
    enter: () => gl.useProgram(program),
    attribute: (name) => gl.getAttribLocation(program, name),
    uniform: (name) => {
      const known = uniforms.get(name);
      if (known !== undefined) return known;
      const found = gl.getUniformLocation(program, name);
      uniforms.set(name, found);
      return found;
    },
  };
};

export interface Attribute {
  readonly at: number;
  readonly size: number;
  readonly kind: "float" | "code";
}

/** Binds a buffer to an attribute of the current vertex array. */
export const bindAttribute = (
  gl: WebGL2RenderingContext,
  buffer: WebGLBuffer,
  { at, size, kind }: Attribute,
): void => {
  if (at < 0) return;
  gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
  gl.enableVertexAttribArray(at);
  if (kind === "code") gl.vertexAttribIPointer(at, size, gl.UNSIGNED_SHORT, 0, 0);
  else gl.vertexAttribPointer(at, size, gl.FLOAT, false, 0, 0);
};

/** Uploads r, g, b, a bytes as a texture, interpolated between pixels (`smooth`) or not. */
export const fillTexture = (
  gl: WebGL2RenderingContext,
  texture: WebGLTexture,
  picture: { width: number; height: number; pixels: Uint8Array; smooth: boolean },
): void => {
  gl.bindTexture(gl.TEXTURE_2D, texture);
  const { width, height, pixels, smooth } = picture;
  gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, width, height, 0, gl.RGBA, gl.UNSIGNED_BYTE, pixels);
  const filter = smooth ? gl.LINEAR : gl.NEAREST;
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, filter);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, filter);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE);
};

/** Whether the browser has WebGL 2. Opening a context may still fail. */
export const knowsWebGl = (): boolean => typeof WebGL2RenderingContext !== "undefined";
