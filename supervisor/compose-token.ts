export { controlToken } from '../actors/token/control-token.ts';
